import { Button } from '@mantine/core'
import { IconHeartbeat } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { yearsOn } from '../../domain/age.ts'
import { localDay } from '../../domain/dates.ts'
import { usualAt, VITALS, type Vital } from '../../domain/vitals.ts'
import type { Chart } from '../../engine/api-shapes.ts'
import { useFormat } from '../format/use-format.ts'
import { useApi } from '../queries.ts'
import { useMay } from '../session/session.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Loading } from '../ui/Loading.tsx'
import { TrendChart } from '../ui/TrendChart.tsx'
import { VirtualList } from '../ui/VirtualList.tsx'
import { Correction } from './Correction.tsx'
import styles from './chart.module.css'
import { FlagMark } from './FlagMark.tsx'
import { latestOf, VITAL_CODES } from './latest.ts'
import { flagOf, writtenRange, writtenValue } from './results.ts'
import { trendOf } from './trend.ts'

/** Vitals: the latest of each, and the chosen one over time, drawn and listed. */
export function Vitals({ chart }: { chart: Chart }) {
  const { t } = useTranslation()
  const format = useFormat()
  const patient = chart.patient.id
  const { data, error } = useApi('observation.latest', { patient, codes: VITAL_CODES })
  const [active, setActive] = useState(0)
  const [open, setOpen] = useState(0)
  const measured = VITALS.flatMap((vital) => {
    const latest = data && latestOf(vital, data.latest)
    return latest ? [{ vital, latest }] : []
  })
  if (error) return <ErrorNote error={error} />
  if (!data) return <Loading rows={6} />
  const chosen = measured[Math.min(open, measured.length - 1)]
  if (!chosen) {
    return (
      <EmptyState title={t('chart.vitals.empty')} icon={<IconHeartbeat size={28} stroke={1.5} />}>
        {t('chart.vitals.emptyNext')}
      </EmptyState>
    )
  }
  return (
    <div className={styles.split} data-wide="true">
      <div className={styles.main}>
        <VirtualList
          label={t('chart.vitals.choose')}
          items={measured}
          keyOf={({ vital }) => vital.key}
          active={active}
          onActive={setActive}
          onChoose={(it) => setOpen(measured.indexOf(it))}
          row={({ vital, latest }) => (
            <span className={styles.vitalRow} data-open={vital === chosen.vital}>
              <span>{t(`chart.vitals.names.${vital.key}`)}</span>
              <span className={styles.number}>
                {writtenValue(latest)}
                <FlagMark flag={flagOf(latest)} />
              </span>
              <span className={styles.quiet}>{latest.effective && format.date(latest.effective)}</span>
            </span>
          )}
        />
      </div>
      <div className={styles.aside}>
        <Trend key={chosen.vital.key} chart={chart} vital={chosen.vital} />
      </div>
    </div>
  )
}

function Trend({ chart, vital }: { chart: Chart; vital: Vital }) {
  const { t } = useTranslation()
  const format = useFormat()
  const patient = chart.patient.id
  const [correcting, setCorrecting] = useState<string>()
  // What is reckoned from others is corrected with them.
  const mayCorrect = useMay('observation:write') && !vital.computed
  // The engine joins the codes under which imports hold the same measurement.
  const { data, error } = useApi('observation.trend', { patient, code: vital.code })
  const trend = useMemo(() => trendOf(data?.points ?? []), [data])
  const times = useMemo(() => trend.times.map((time) => new Date(time * 1000).toISOString()), [trend])
  const name = t(`chart.vitals.names.${vital.key}`)
  const series = useMemo(
    () => trend.lines.map(({ code, values }) => ({ label: partName(vital, code) ?? name, values })),
    [trend, vital, name],
  )
  const years = chart.patient.birthDate ? yearsOn(chart.patient.birthDate, localDay(new Date())) : undefined
  const parts = vital.components ?? [vital]
  const ranges = parts.map((part) => usualAt(part, years))
  // One of the ranges of domain/vitals.ts itself, so the same object each time.
  const first = ranges[0]
  const band = useMemo(() => bandOf(first), [first])
  if (error) return <ErrorNote error={error} />
  if (!data) return <Loading rows={6} />
  return (
    <div className={styles.page}>
      <div className={styles.trend}>
        <div>
          <TrendChart
            label={name}
            times={times}
            series={series}
            unit={trend.unit}
            height={260}
            {...(band ? { range: band } : {})}
          />
          {parts.map((part, i) => {
            const range = writtenRange(bandOf(ranges[i]))
            return range ? (
              <p key={part.code} className={`${styles.quiet} ${styles.small}`}>
                {vital.components ? `${part.display}. ` : ''}
                {t('chart.vitals.range', { range: `${range} ${trend.unit}` })}
              </p>
            ) : null
          })}
        </div>
        <table className={styles.table} aria-label={t('chart.vitals.readings', { count: trend.rows.length })}>
          <thead>
            <tr>
              <th scope="col">{t('chart.vitals.when')}</th>
              <th scope="col" className={styles.number}>
                {trend.unit || t('chart.vitals.value')}
              </th>
              {mayCorrect && (
                <th scope="col">
                  <span className="visually-hidden">{t('chart.vitals.actions')}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {trend.rows.slice(0, ROWS).map((row) =>
              row.id === correcting ? (
                <tr key={row.id}>
                  <td colSpan={3}>
                    <Correction chart={chart} vital={vital} row={row} onDone={() => setCorrecting(undefined)} />
                  </td>
                </tr>
              ) : (
                <tr key={row.id}>
                  <td className={styles.nowrap}>{format.dateTime(row.at)}</td>
                  <td className={`${styles.number} selectable`}>{row.text}</td>
                  {mayCorrect && (
                    <td className={styles.acts}>
                      <Button
                        size="compact-xs"
                        variant="subtle"
                        aria-label={t('chart.vitals.correctOf', { value: row.text, when: format.dateTime(row.at) })}
                        onClick={() => setCorrecting(row.id)}
                      >
                        {t('chart.vitals.correct')}
                      </Button>
                    </td>
                  )}
                </tr>
              ),
            )}
          </tbody>
        </table>
      </div>
    </div>
  )
}

/** What fits beside the chart with room to scroll; all values are in the chart, and in the timeline. */
const ROWS = 100

function bandOf(range: { low?: number; high?: number } | undefined): { low?: number; high?: number } | undefined {
  if (range?.low === undefined && range?.high === undefined) return undefined
  return {
    ...(range.low === undefined ? {} : { low: range.low }),
    ...(range.high === undefined ? {} : { high: range.high }),
  }
}

function partName(vital: Vital, code: string): string | undefined {
  return vital.components?.find((part) => part.code === code)?.display
}
