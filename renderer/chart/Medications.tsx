import { Button } from '@mantine/core'
import { IconPill } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { MedicationRequest } from '../../domain/kinds.ts'
import type { Chart } from '../../engine/api-shapes.ts'
import { useFormat } from '../format/use-format.ts'
import { useCommand } from '../queries.ts'
import { useMay } from '../session/session.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { offerUndo } from '../ui/undo.ts'
import styles from './chart.module.css'
import { isCurrent, medicineName, takenHow } from './medicine.ts'

/** What is taken now, and what was taken before. */
export function Medications({ chart }: { chart: Chart }) {
  const { t } = useTranslation()
  const meant = chart.medications.filter((it) => it.status !== 'entered-in-error')
  const current = meant.filter((it) => isCurrent(it))
  const past = meant.filter((it) => !isCurrent(it))
  if (meant.length === 0) {
    return (
      <EmptyState title={t('chart.medications.empty')} icon={<IconPill size={28} stroke={1.5} />}>
        {t('chart.medications.emptyNext')}
      </EmptyState>
    )
  }
  return (
    <div className={styles.page}>
      <Table title={t('chart.medications.current')} medicines={current} />
      {past.length > 0 && <Table title={t('chart.medications.past')} medicines={past} past />}
    </div>
  )
}

function Table({
  title,
  medicines,
  past = false,
}: {
  title: string
  medicines: readonly MedicationRequest[]
  past?: boolean
}) {
  const { t } = useTranslation()
  const format = useFormat()
  const mayWrite = useMay('medication:write')
  const change = useCommand('medication.change')
  const stop = (it: MedicationRequest) => {
    change.run({ id: it.id, patch: { status: 'stopped' } }).then(
      () =>
        offerUndo({
          text: t('chart.medications.stopped', { name: it.medication.display }),
          undo: () => change.run({ id: it.id, patch: { status: it.status } }),
        }),
      () => undefined,
    )
  }
  return (
    <section>
      <ErrorNote error={change.error} />
      <table className={styles.table} aria-label={title}>
        <thead>
          <tr>
            <th scope="col">{title}</th>
            <th scope="col">{t('chart.medications.dose')}</th>
            <th scope="col">{t('chart.medications.since')}</th>
            <th scope="col">{t('chart.medications.status')}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {medicines.map((it) => (
            <tr key={it.id} data-past={past}>
              <th scope="row" className={`${styles.name} selectable`}>
                {medicineName(it)}
              </th>
              <td className="selectable">{takenHow(it) || t('ui.notRecorded')}</td>
              <td className={styles.nowrap}>{it.authored ? format.date(it.authored) : t('chart.unknownDate')}</td>
              <td className={styles.nowrap}>
                {past && it.status === 'active' ? t('chart.status.completed') : t(`chart.status.${it.status}`)}
              </td>
              <td className={styles.acts}>
                {mayWrite && !past && (
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    aria-label={`${t('chart.medications.stop')}: ${it.medication.display}`}
                    onClick={() => stop(it)}
                  >
                    {t('chart.medications.stop')}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
