/** One measured figure. Targets are held against ratios within one run, never against a machine's absolute speed. */
export interface Figure {
  name: string
  value: number
  unit: string
  /** What the figure is held against, for a reader: `at least 0.5`, `under 5 ms`. */
  target?: string
  /** Whether the target was met; absent for a figure that is only told. */
  ok?: boolean
}

/** A bench: a program that measures one thing and gives its figures. Bounded in time; leaves nothing behind. */
export interface Bench {
  name: string
  run(): Promise<Figure[]>
}

/** The value below which a share `p` (0 to 1) of the samples lie. */
export function percentile(samples: readonly number[], p: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  const at = Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))
  return sorted[at] ?? Number.NaN
}

/** The median. */
export const median = (samples: readonly number[]): number => percentile(samples, 0.5)
