import { IconTestPipe } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Observation } from '../../domain/kinds.ts'
import type { Chart, Report } from '../../engine/api-shapes.ts'
import { useFormat } from '../format/use-format.ts'
import { useApi } from '../queries.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Loading } from '../ui/Loading.tsx'
import { type Result, ResultTable } from '../ui/ResultTable.tsx'
import { TrendChart } from '../ui/TrendChart.tsx'
import { VirtualList } from '../ui/VirtualList.tsx'
import { writtenNumber, writtenUnit } from './amount.ts'
import styles from './chart.module.css'
import { cumulative, flagOf, writtenRange, writtenValue } from './results.ts'
import { Sparkline } from './Sparkline.tsx'
import { trendOf } from './trend.ts'

/** Reports, latest first; the chosen one with flags, ranges and what each value was before. */
export function Results({ chart }: { chart: Chart }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data, error } = useApi('chart.results', { patient: chart.patient.id })
  const [active, setActive] = useState(0)
  const [open, setOpen] = useState<string>()
  const reports = useMemo(
    () =>
      data?.reports.filter((it) => it.status !== 'entered-in-error').toSorted((a, b) => when(b).localeCompare(when(a))),
    [data],
  )
  if (error) return <ErrorNote error={error} />
  if (!reports) return <Loading rows={8} />
  const chosen = reports.find((it) => it.id === open) ?? reports[0]
  if (!chosen) {
    return (
      <EmptyState title={t('chart.results.empty')} icon={<IconTestPipe size={28} stroke={1.5} />}>
        {t('chart.results.emptyNext')}
      </EmptyState>
    )
  }
  return (
    <div className={styles.split} data-wide="true">
      <div className={styles.main}>
        <VirtualList
          label={t('chart.results.title')}
          items={reports}
          keyOf={(it) => it.id}
          active={active}
          onActive={setActive}
          onChoose={(it) => setOpen(it.id)}
          row={(it) => (
            <span className={styles.row} data-visit={it.id === chosen.id}>
              <span className={styles.at}>{when(it) ? format.date(when(it)) : t('chart.unknownDate')}</span>
              <span className={styles.what}>{it.code.display}</span>
            </span>
          )}
        />
      </div>
      <div className={styles.aside}>
        <OneReport key={chosen.id} report={chosen} reports={reports} />
      </div>
    </div>
  )
}

function OneReport({ report, reports }: { report: Report; reports: readonly Report[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const all = useMemo(() => cumulative(reports.flatMap((it) => it.observations)), [reports])
  const [drawn, setDrawn] = useState<string>()
  const results = report.observations.map((it): Result => {
    const row = all.find(({ code }) => code === codeOf(it))
    const values = row ? [row.latest, ...row.earlier] : []
    const before = values.filter((other) => other.id !== it.id && moment(other) < moment(it)).slice(0, 3)
    const flag = flagOf(it)
    return {
      id: it.id,
      name: it.code.display,
      ...valueAndUnit(it),
      ...(flag ? { flag } : {}),
      range: writtenRange(it.range),
      trend: (
        <>
          <Sparkline values={[...before.toReversed(), it].flatMap((other) => other.value?.value ?? [])} />
          {before.map((other) => valueAndUnit(other).value).join(' · ')}
        </>
      ),
      ...(values.length > 1 && it.value ? { onOpen: () => setDrawn(codeOf(it)) } : {}),
    }
  })
  return (
    <div className={styles.page}>
      <div>
        <h2>{report.code.display}</h2>
        <p className={styles.quiet}>
          {when(report) ? format.dateTime(when(report)) : t('chart.unknownDate')}
          {report.status in STATUS ? ` · ${t(`chart.results.status.${report.status as keyof typeof STATUS}`)}` : ''}
        </p>
      </div>
      {report.conclusion && (
        <p className="selectable">
          <span className={styles.quiet}>{t('chart.results.conclusion')}</span> {report.conclusion}
        </p>
      )}
      {results.length > 0 && <ResultTable label={report.code.display} results={results} showTrend />}
      {drawn && <Trend row={all.find(({ code }) => code === drawn)} />}
    </div>
  )
}

function Trend({ row }: { row: ReturnType<typeof cumulative>[number] | undefined }) {
  const trend = useMemo(
    () =>
      trendOf(
        row
          ? [row.latest, ...row.earlier].flatMap((it) =>
              it.value ? [{ id: it.id, at: moment(it), value: it.value.value, unit: it.value.unit }] : [],
            )
          : [],
      ),
    [row],
  )
  const times = useMemo(() => trend.times.map((time) => new Date(time * 1000).toISOString()), [trend])
  const series = useMemo(() => trend.lines.map(({ values }) => ({ label: row?.name ?? '', values })), [trend, row])
  if (!row) return null
  const { low, high } = row.latest.range ?? {}
  const range =
    low === undefined && high === undefined
      ? undefined
      : { ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) }
  return <TrendChart label={row.name} times={times} series={series} unit={trend.unit} {...(range ? { range } : {})} />
}

/** Statuses worth saying; a final report needs no word. */
const STATUS = { registered: true, partial: true, preliminary: true, cancelled: true }

/** A number and its unit in columns of their own; whatever is not one number stands in the first. */
function valueAndUnit(it: Observation): { value: string; unit?: string } {
  if (!it.value || it.value.comparator) return { value: writtenValue(it) }
  return { value: writtenNumber(it.value.value), unit: writtenUnit(it.value.unit) }
}

function when(report: Report): string {
  return report.effective ?? report.issued ?? ''
}

function moment(it: Observation): string {
  return it.effective ?? it.issued ?? ''
}

function codeOf(it: Observation): string {
  return it.code.code ?? it.code.display
}
