import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { AllergyIntolerance, Patient } from '../../domain/kinds.ts'
import { allergiesOf, isSevere, nameOf } from '../format/names.ts'
import { useFormat } from '../format/use-format.ts'
import styles from './Banner.module.css'

interface Props {
  patient: Patient
  /** Undefined for those who may not read the chart: the line then says so rather than nothing. */
  allergies: readonly AllergyIntolerance[] | undefined
  /** What stands at the end of the first line: the visit's token, a button. */
  children?: ReactNode
}

/** Who this is, as the NHS guides have it. It never scrolls away, and what is unknown is said in words. */
export function Banner({ patient, allergies, children }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const born = format.born(patient.birthDate, patient.birthDateEstimated)
  return (
    <section className={styles.banner} data-dead={patient.deceased ?? false} aria-label={t('ui.banner.label')}>
      <div className={styles.line}>
        <h1 className={`${styles.name} selectable`}>{nameOf(patient)}</h1>
        <Item label={t('ui.banner.born')}>{born}</Item>
        {patient.deceased && (
          <Item label={t('ui.banner.died')}>
            {patient.deceasedAt ? format.date(patient.deceasedAt) : t('ui.banner.dateNotRecorded')}
          </Item>
        )}
        <Item label={t('ui.banner.sex')}>{t(`ui.sex.${patient.sex}`)}</Item>
        <Item label={t('ui.banner.mrn')}>{patient.mrn ?? t('ui.notRecorded')}</Item>
        <Item label={t('ui.banner.phone')}>{patient.phones?.[0] ?? t('ui.notRecorded')}</Item>
        {children && <div className={styles.end}>{children}</div>}
      </div>
      <div className={styles.line}>
        <Allergies allergies={allergies} />
      </div>
    </section>
  )
}

function Allergies({ allergies }: { allergies: readonly AllergyIntolerance[] | undefined }) {
  const { t } = useTranslation()
  const format = useFormat()
  const label = t('ui.banner.allergies')
  if (!allergies) return <Item label={label}>{t('ui.banner.allergiesHidden')}</Item>
  const stated = allergiesOf(allergies)
  if (stated.says === 'not-recorded') return <Item label={label}>{t('ui.banner.allergiesNotRecorded')}</Item>
  if (stated.says === 'none-known') {
    const none = t('ui.banner.noKnownAllergies')
    return <Item label={label}>{stated.on ? `${none} (${format.date(stated.on)})` : none}</Item>
  }
  return (
    <div className={styles.allergies}>
      <span className={styles.label}>{label}</span>
      <ul className={styles.list}>
        {stated.allergies.map((allergy) => (
          <li key={allergy.id} data-severe={isSevere(allergy)} className={styles.allergy}>
            {isSevere(allergy) && <IconAlertTriangle size={14} aria-label={t('ui.banner.severe')} />}
            <strong>{allergy.code.display.toLocaleUpperCase()}</strong>
            <Reactions allergy={allergy} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function Reactions({ allergy }: { allergy: AllergyIntolerance }) {
  const { t } = useTranslation()
  const said = (allergy.reactions ?? []).map(({ manifestation, severity }) =>
    [manifestation.display.toLocaleLowerCase(), severity && t(`ui.severity.${severity}`)].filter(Boolean).join(', '),
  )
  return said.length === 0 ? null : <span> – {said.join('; ')}</span>
}

/** The label is quieter than the value and has no colon. */
function Item({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={styles.item}>
      <span className={styles.label}>{label}</span> <span className="selectable">{children}</span>
    </div>
  )
}
