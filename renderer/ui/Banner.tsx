import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { AllergyIntolerance, Patient } from '../../domain/kinds.ts'
import { allergyStatement, type StatedAllergy } from '../format/allergies.ts'
import { nameOf } from '../format/names.ts'
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
  // Of the dead no age today is said, but the age at which they died.
  const born = patient.deceased
    ? patient.birthDate
      ? format.date(patient.birthDate)
      : t('ui.notRecorded')
    : format.born(patient.birthDate, patient.birthDateEstimated)
  const ageAtDeath =
    patient.birthDate && patient.deceasedAt ? format.age(patient.birthDate, new Date(patient.deceasedAt)) : undefined
  return (
    <section
      className={styles.banner}
      data-dead={patient.deceased ?? false}
      aria-label={`${t('ui.banner.label')} ${nameOf(patient)}`}
    >
      <div className={styles.line}>
        <h1 className={`${styles.name} selectable`}>{nameOf(patient)}</h1>
        <Item label={t('ui.banner.born')}>{born}</Item>
        {patient.deceased && (
          <Item label={t('ui.banner.died')}>
            {patient.deceasedAt ? format.date(patient.deceasedAt) : t('ui.banner.dateNotRecorded')}
            {ageAtDeath && ` (${ageAtDeath})`}
          </Item>
        )}
        <Item label={t('ui.banner.sex')}>{t(`ui.sex.${patient.sex}`)}</Item>
        <Item label={t('ui.banner.mrn')}>{patient.mrn ?? t('ui.banner.mrnNotGiven')}</Item>
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
  const said = allergyStatement(allergies)
  if (said.state === 'withheld') return <Item label={label}>{t('ui.banner.allergiesHidden')}</Item>
  if (said.state === 'not-recorded') return <Item label="">{t('ui.banner.allergiesNotRecorded')}</Item>
  if (said.state === 'none-current') return <Item label={label}>{t('ui.banner.noneCurrent', { n: said.former })}</Item>
  if (said.state === 'none-known') {
    const none = t('ui.banner.noKnownAllergies')
    return <Item label={label}>{said.on ? `${none} (${format.date(said.on)})` : none}</Item>
  }
  return (
    <div className={styles.allergies}>
      <span className={styles.label}>{label}</span>
      <ul className={styles.list}>
        {said.allergies.map((allergy) => (
          <li key={allergy.id} data-severe={allergy.high} className={styles.allergy}>
            {allergy.high && <IconAlertTriangle size={14} aria-label={t('ui.banner.severe')} />}
            <strong>{allergy.name.toLocaleUpperCase()}</strong>
            <Reactions allergy={allergy} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function Reactions({ allergy }: { allergy: StatedAllergy }) {
  const { t } = useTranslation()
  const reactions = allergy.reactions.map(({ name, severity }) =>
    [name.toLocaleLowerCase(), severity && t(`ui.severity.${severity}`)].filter(Boolean).join(', '),
  )
  const said = [...reactions, ...(allergy.unconfirmed ? [t('ui.banner.unconfirmed')] : [])].join('; ')
  return said ? <span> – {said}</span> : null
}

/** The label is quieter than the value and has no colon. */
function Item({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={styles.item}>
      {label && <span className={styles.label}>{label}</span>} <span className="selectable">{children}</span>
    </div>
  )
}
