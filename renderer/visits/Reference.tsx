import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { VITALS } from '../../domain/vitals.ts'
import type { Chart } from '../../engine/api-shapes.ts'
import { FlagMark } from '../chart/FlagMark.tsx'
import { latestOf, VITAL_CODES } from '../chart/latest.ts'
import { isCurrent, medicineName, takenHow } from '../chart/medicine.ts'
import { cumulative, flagOf, writtenValue } from '../chart/results.ts'
import { inWords } from '../chart/Timeline.tsx'
import { useSay } from '../chart/use-say.ts'
import { useFormat } from '../format/use-format.ts'
import { useApi } from '../queries.ts'
import styles from './visit.module.css'

const SHOWN = 8

/** What is known, beside the work: read while writing, never in the way of it. */
export function Reference({ chart, encounter }: { chart: Chart; encounter: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const say = useSay()
  const patient = chart.patient.id
  const vitals = useApi('observation.latest', { patient, codes: VITAL_CODES })
  const results = useApi('chart.results', { patient })
  const timeline = useApi('chart.timeline', { patient, limit: 200 })
  const problems = chart.conditions.filter(
    (it) =>
      it.verificationStatus !== 'entered-in-error' &&
      it.encounter !== encounter &&
      (it.clinicalStatus ?? 'active') === 'active',
  )
  const medicines = chart.medications.filter((it) => isCurrent(it) && it.encounter !== encounter)
  const measured = VITALS.flatMap((vital) => {
    const latest = vitals.data && latestOf(vital, vitals.data.latest)
    return latest ? [{ vital, latest }] : []
  })
  const tests = cumulative(results.data?.reports.flatMap((it) => it.observations) ?? []).slice(0, SHOWN)
  const visits = (timeline.data?.items ?? [])
    .filter((it) => it.kind === 'encounter' && it.id !== encounter)
    .slice(0, SHOWN)

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it has nothing to press and must still scroll by key
    <aside className={styles.reference} aria-label={t('visits.reference')} tabIndex={0}>
      <Known title={t('visits.known.problems')} none={t('visits.known.noProblems')}>
        {problems.map((it) => (
          <li key={it.id} className={styles.pair}>
            <span>{it.code.display}</span>
            <span />
            <span className={styles.quiet}>{it.onset && format.date(it.onset)}</span>
          </li>
        ))}
      </Known>
      <Known title={t('visits.known.medicines')} none={t('visits.known.noMedicines')}>
        {medicines.map((it) => (
          <li key={it.id}>
            {medicineName(it)}
            <span className={styles.quiet}> {takenHow(it)}</span>
          </li>
        ))}
      </Known>
      <Known title={t('visits.known.measurements')} none={t('visits.known.noMeasurements')}>
        {measured.map(({ vital, latest }) => (
          <li key={vital.key} className={styles.pair}>
            <span>{t(`chart.vitals.names.${vital.key}`)}</span>
            <span>
              {writtenValue(latest)}
              <FlagMark flag={flagOf(latest)} />
            </span>
            <span className={styles.quiet}>{latest.effective && format.date(latest.effective)}</span>
          </li>
        ))}
      </Known>
      <Known title={t('visits.known.results')} none={t('visits.known.noResults')}>
        {tests.map(({ code, name, latest }) => (
          <li key={code} className={styles.pair}>
            <span>{name}</span>
            <span>
              {writtenValue(latest)}
              <FlagMark flag={flagOf(latest)} />
            </span>
            <span className={styles.quiet}>{latest.effective && format.date(latest.effective)}</span>
          </li>
        ))}
      </Known>
      <Known title={t('visits.known.history')} none={t('visits.known.noHistory')}>
        {visits.map((it) => (
          <li key={it.id}>
            <span className={styles.quiet}>{it.at ? format.date(it.at) : t('chart.unknownDate')}</span> {it.title}
            {it.detail && <span className={styles.quiet}> {inWords(it.detail, say)}</span>}
          </li>
        ))}
      </Known>
    </aside>
  )
}

function Known({ title, none, children }: { title: string; none: string; children: ReactNode[] }) {
  return (
    <section className={styles.known}>
      <h2>{title}</h2>
      {children.length === 0 ? <p className={styles.quiet}>{none}</p> : <ul>{children}</ul>}
    </section>
  )
}
