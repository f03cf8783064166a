/** A moment as somebody types it in a hurry: a date, a date and a time, or how long ago. */
import { CloudError } from '../errors.ts'

const AGO = /^(\d{1,5})([mhdw])$/
const MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const
/** A time without a zone is UTC, as everything that is printed is. */
const STAMP = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2})?)?$/

export function momentOf(option: string, typed: string, now = new Date()): Date {
  const ago = AGO.exec(typed)
  if (ago) return new Date(now.getTime() - Number(ago[1]) * MS[ago[2] as keyof typeof MS])
  const stamp = STAMP.exec(typed)
  const at = stamp ? new Date(`${stamp[1]}T${stamp[2] ?? '00:00'}${stamp[3] ?? 'Z'}`) : undefined
  if (!at || Number.isNaN(at.getTime()))
    throw new CloudError(
      'bad-arguments',
      `--${option} takes a moment: 2026-11-21, 2026-11-21T03:10 (UTC unless a zone follows), or how long ago: 90m, 24h, 7d.`,
    )
  return at
}
