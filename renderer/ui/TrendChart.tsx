import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useFormat } from '../format/use-format.ts'
import { useScheme } from '../scheme.ts'
import styles from './TrendChart.module.css'

export interface TrendSeries {
  label: string
  /** One for each time; null where that time has none. */
  values: readonly (number | null)[]
}

interface Props {
  label: string
  /** ISO times, oldest first. */
  times: readonly string[]
  series: readonly TrendSeries[]
  unit?: string
  /** The reference range, drawn as a band behind the line. */
  range?: { low?: number; high?: number }
  height?: number
}

/** Values over time. Two series for a blood pressure. What the eye sees, a table says to a screen reader. */
export function TrendChart({ label, times, series, unit = '', range, height = 160 }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const scheme = useScheme()
  const box = useRef<HTMLDivElement>(null)

  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of scheme changes the colors that are read below
  useEffect(() => {
    const element = box.current
    if (!element || times.length === 0) return
    const draw = (Plot: typeof uPlot) => {
      const color = (name: string) => getComputedStyle(element).getPropertyValue(name).trim()
      const axis = {
        stroke: color('--text-quiet'),
        grid: { stroke: color('--line-soft'), width: 1 },
        ticks: { show: false },
        font: `12px ${color('--font') || 'sans-serif'}`,
      }
      const lines = [color('--accent'), color('--text-quiet')]
      return new Plot(
        {
          width: element.clientWidth,
          height,
          padding: [8, 40, 0, 0],
          cursor: { y: false, points: { size: 7 } },
          legend: { show: false },
          scales: { x: { time: true }, y: { range: (_plot, low, high) => roomAround(low, high, range) } },
          axes: [
            {
              ...axis,
              values: (_plot, ticks) => ticks.map((tick) => format.date(new Date(tick * 1000).toISOString())),
              space: 96,
            },
            { ...axis, size: 44 },
          ],
          series: [
            {},
            ...series.map(({ label: name }, i) => ({
              label: name,
              stroke: lines[i % lines.length] ?? lines[0],
              width: 1.5,
              // Told apart by the line as well as by its color.
              ...(i > 0 ? { dash: [4, 3] } : {}),
              spanGaps: true,
              points: { show: true, size: 5, fill: lines[i % lines.length] ?? lines[0] },
            })),
          ] as uPlot.Series[],
          hooks: { drawClear: range ? [(it) => drawBand(it, range, color('--accent-soft'))] : [] },
        },
        [times.map((at) => Date.parse(at) / 1000), ...series.map(({ values }) => [...values])] as uPlot.AlignedData,
        element,
      )
    }
    let plot: uPlot | undefined
    let left = false
    const watch = new ResizeObserver(() => plot?.setSize({ width: element.clientWidth, height }))
    // Fetched when the first chart is drawn: the page starts sooner, and what the drawing depends on (it reads the
    // system's number format as it loads) can not keep the page from starting. The table below stands in any case.
    import('uplot').then(
      ({ default: Plot }) => {
        if (left) return
        plot = draw(Plot)
        watch.observe(element)
      },
      () => undefined,
    )
    return () => {
      left = true
      watch.disconnect()
      plot?.destroy()
    }
  }, [times, series, range, height, format, scheme])

  if (times.length === 0) return <p className={styles.none}>{t('ui.trend.none')}</p>
  return (
    <figure className={styles.figure}>
      <figcaption className={styles.caption}>
        {label} {unit && <span className={styles.unit}>{unit}</span>}
        {series.length > 1 && (
          <span className={styles.legend} aria-hidden="true">
            {series.map((it, i) => (
              <span key={it.label} className={styles.key} data-line={i}>
                {it.label}
              </span>
            ))}
          </span>
        )}
      </figcaption>
      <div ref={box} aria-hidden="true" className={styles.plot} style={{ minHeight: height }} />
      <table className="visually-hidden">
        <caption>{label}</caption>
        <thead>
          <tr>
            <th>{t('ui.results.at')}</th>
            {series.map((it) => (
              <th key={it.label}>{it.label}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.map((at, i) => (
            <tr key={at}>
              <td>{format.dateTime(at)}</td>
              {series.map((it) => (
                <td key={it.label}>{it.values[i] ?? ''}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  )
}

/** The scale holds every value and the reference range, so that "normal" is always in sight. */
function roomAround(low: number, high: number, range: Props['range']): [number, number] {
  const bottom = Math.min(low, range?.low ?? low)
  const top = Math.max(high, range?.high ?? high)
  const room = Math.max((top - bottom) * 0.1, 1)
  return [bottom - room, top + room]
}

function drawBand(plot: uPlot, range: { low?: number; high?: number }, fill: string): void {
  const { ctx, bbox } = plot
  const top = range.high === undefined ? bbox.top : plot.valToPos(range.high, 'y', true)
  const bottom = range.low === undefined ? bbox.top + bbox.height : plot.valToPos(range.low, 'y', true)
  ctx.save()
  ctx.fillStyle = fill
  ctx.fillRect(bbox.left, top, bbox.width, bottom - top)
  ctx.restore()
}
