import { useTranslation } from 'react-i18next'
import type { ApiValue } from '../../engine/api.ts'
import { showTime } from '../format/dates.ts'
import { useFormat } from '../format/use-format.ts'
import styles from './QueueLine.module.css'

type Visiting = ApiValue<'patient.today'>['visits'][number]

/** One visit of the day: token, who, why, how it stands, since when. */
export function QueueLine({ visit: { encounter, patient } }: { visit: Visiting }) {
  const { t } = useTranslation()
  const format = useFormat()
  const age = patient.birthDate ? format.age(patient.birthDate) : undefined
  return (
    <span className={styles.line} data-status={encounter.status}>
      <span className={styles.token}>{encounter.token ?? ''}</span>
      <span className={styles.name}>{patient.name}</span>
      <span className={styles.quiet}>{[age, t(`ui.sex.${patient.sex}`)].filter(Boolean).join(' · ')}</span>
      <span className={styles.quiet}>{encounter.reason?.display ?? ''}</span>
      <span className={styles.status}>
        <span className={styles.dot} aria-hidden="true" />
        {t(`home.statuses.${encounter.status}`)}
      </span>
      <span className={styles.time}>{encounter.start ? showTime(encounter.start) : ''}</span>
    </span>
  )
}

/** What the columns are. For the eye: each row says its own to a screen reader. */
export function QueueHead() {
  const { t } = useTranslation()
  return (
    <div className={`${styles.line} ${styles.heading}`} aria-hidden="true">
      <span className={styles.token}>{t('home.token')}</span>
      <span>{t('home.patient')}</span>
      <span />
      <span>{t('home.reason')}</span>
      <span>{t('home.status')}</span>
      <span className={styles.time}>{t('home.since')}</span>
    </div>
  )
}
