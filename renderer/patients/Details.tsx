import { useTranslation } from 'react-i18next'
import { useApi } from '../queries.ts'
import { useMay } from '../session/session.ts'
import { Banner } from '../ui/Banner.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Loading } from '../ui/Loading.tsx'
import { DetailsForm } from './DetailsForm.tsx'
import styles from './Register.module.css'

/** Who a patient is: read and changed by the front desk, and by anyone who treats. */
export function Details({ patient: id }: { patient: string }) {
  const { t } = useTranslation()
  const treats = useMay('chart:read')
  // Allergies belong to the chart; reading it is on record, so only those who may are asked for.
  const chart = useApi('chart.get', { patient: id }, { enabled: treats })
  const found = useApi('patient.get', { id })
  if (chart.error) return <ErrorNote error={chart.error} onRetry={() => void chart.refetch()} />
  if (found.error) return <ErrorNote error={found.error} onRetry={() => void found.refetch()} />
  // Not a moment without the allergies: "not recorded" must never be what is shown for "not read yet".
  if (!found.data || (treats && !chart.data)) return <Loading rows={8} />
  const { patient } = found.data
  return (
    <>
      <Banner patient={patient} allergies={chart.data?.allergies} />
      <section className={styles.form} aria-label={t('patients.details.title')}>
        <DetailsForm key={patient.id} patient={patient} />
      </section>
    </>
  )
}
