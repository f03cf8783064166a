import styles from './chart.module.css'

const WIDTH = 72
const HEIGHT = 20
const EDGE = 3

/** The shape of a few values, beside their number. For the eye only: the values are in the row and in the chart. */
export function Sparkline({ values }: { values: readonly number[] }) {
  if (values.length < 2) return null
  const least = Math.min(...values)
  const span = Math.max(...values) - least || 1
  const points = values.map((value, i) => ({
    x: EDGE + (i / (values.length - 1)) * (WIDTH - 2 * EDGE),
    y: HEIGHT - EDGE - ((value - least) / span) * (HEIGHT - 2 * EDGE),
  }))
  const last = points.at(-1)
  return (
    <svg width={WIDTH} height={HEIGHT} aria-hidden="true" className={styles.spark}>
      <polyline points={points.map(({ x, y }) => `${x},${y}`).join(' ')} />
      {last && <circle cx={last.x} cy={last.y} r={2.5} />}
    </svg>
  )
}
