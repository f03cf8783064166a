/** How far a migration has come, in one line that is written over; nothing where nobody watches. */
import type { Counts } from './leases.ts'

const WIDTH = 30

export interface Progress {
  show(counts: Counts): void
  /** Takes the line away. */
  clear(): void
}

export function progressOn(out: NodeJS.WriteStream): Progress {
  if (!out.isTTY) return { show: () => {}, clear: () => {} }
  return {
    show: (counts) => out.write(`\r${progressLine(counts)}\u001b[K`),
    clear: () => out.write('\r\u001b[K'),
  }
}

export function progressLine({ waiting, running, done, failed }: Counts): string {
  const all = waiting + running + done + failed
  const ended = done + failed
  const filled = all === 0 ? WIDTH : Math.floor((ended / all) * WIDTH)
  const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled)
  return `${bar} ${ended} of ${all}${failed > 0 ? `, ${failed} failed` : ''}`
}
