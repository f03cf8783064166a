import { extname, resolve } from 'node:path'
import type { AccessStatus, CloudVisit } from '../../../engine/api-shapes.ts'
import { type Clinic, unwrap } from '../../../engine/clinic.ts'
import { command } from '../command.ts'
import { withClinic } from '../open.ts'
import { misuse } from '../refusal.ts'

interface Listed {
  /** Whether the chain holds: nothing missing, nothing changed, nothing lost. */
  ok: boolean
  /** How many rows there are. */
  rows: number
  since: string | null
  readAt: string | null
  /** It was not to be had for hours, though everything else was exchanged. */
  behind: boolean
  breaks: AccessStatus['breaks']
  /** The newest first. */
  visits: Omit<CloudVisit, 'id'>[]
  file?: string
}

const USUAL = 100

export const syncAccess = command<Listed>({
  name: 'sync access',
  says: 'Lists who came to the records in the cloud, and says whether that list can be believed.',
  takes: '[--last N] [--out FILE]',
  more: `  --last N       how many of the newest rows (${USUAL})
  --out FILE     all of it into a file, as its name ends: .csv or .json

What was read of the cloud's access log so far is listed; \`sync now\` reads what is new. Ends with 1 if its chain is broken.`,
  options: { out: { type: 'string' }, last: { type: 'string' } },
  run: (call) => {
    const last = lastOf(call.values.last)
    const out = typeof call.values.out === 'string' ? resolve(call.values.out) : undefined
    const format = out && formatOf(out)
    return withClinic(call, async (clinic) => {
      const { rows, since, readAt, breaks, behind = false } = unwrap(await clinic.dispatch('access.status', {}))
      if (out && format) unwrap(await clinic.dispatch('access.export', { path: out, format }))
      return {
        ok: breaks.every(({ what }) => what === 'restored'),
        rows,
        since: since ?? null,
        readAt: readAt ?? null,
        behind,
        breaks,
        visits: await newest(clinic, last),
        ...(out && { file: out }),
      }
    })
  },
  show,
  fails: ({ ok }) => !ok,
})

async function newest(clinic: Clinic, last: number): Promise<Listed['visits']> {
  const visits: Listed['visits'] = []
  let before: string | undefined
  while (visits.length < last) {
    const limit = Math.min(500, last - visits.length)
    const page = unwrap(await clinic.dispatch('access.list', { limit, ...(before && { before }) }))
    visits.push(...page.rows.map(({ id: _, ...visit }) => visit))
    before = page.next
    if (!before) break
  }
  return visits
}

function show({ ok, rows, since, readAt, behind, breaks, visits, file }: Listed): string {
  if (readAt === null) return 'The access log of the cloud was not read yet. `sync now` reads it.'
  const lines = visits.map(({ at, by, device, act, rows: count, address, outcome }) => {
    const who = by === 'here' ? 'this workstation' : by === 'operator' ? 'operator' : device
    const about = by === 'operator' && device ? ` ${device}` : ''
    return `${at}  ${who.padEnd(16)}  ${(act + about).padEnd(18)}  ${String(count).padStart(6)}  ${address}  ${outcome}`
  })
  const found = breaks.map(({ seq, what, foundAt }) => `  row ${seq}: ${what}, found ${foundAt}`)
  const verdict = ok
    ? `The chain holds: ${rows === 1 ? '1 row' : `${rows} rows`} since ${since ?? 'never'}, none missing, none changed; read ${readAt}.`
    : `The chain is BROKEN. What was read before is kept here; ask whoever runs the gateway.`
  const kept = behind
    ? [`It could not be read since ${readAt}, though everything else was exchanged: ask whoever runs the gateway.`]
    : []
  return [...lines, verdict, ...found, ...kept, ...(file ? [`All ${rows} rows are in ${file}.`] : [])].join('\n')
}

function lastOf(given: string | boolean | undefined): number {
  if (given === undefined) return USUAL
  const last = typeof given === 'string' && /^\d{1,7}$/.test(given) ? Number(given) : 0
  if (last < 1) throw misuse('--last takes a number of rows.')
  return last
}

function formatOf(file: string): 'csv' | 'json' {
  const ending = extname(file).toLowerCase()
  if (ending !== '.csv' && ending !== '.json') throw misuse('Name a file that ends with .csv or .json.')
  return ending === '.csv' ? 'csv' : 'json'
}
