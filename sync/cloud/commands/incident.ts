/** `cloud incident …`: when something may have gone wrong all the same. What to do with it is in docs/incident.md. */
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { CloudError, sqlState } from '../errors.ts'
import { type Evidence, gather, type Period } from '../incident/evidence.ts'
import { writeEvidence } from '../incident/evidence-file.ts'
import { type Frozen, freeze, freezeAll, thaw } from '../incident/freeze.ts'
import { momentOf } from '../incident/moment.ts'
import { clocks, draftNotice } from '../incident/notice.ts'
import { openWhere, type Where } from '../where.ts'
import { WHERE_OPTIONS } from './options.ts'

export const help = `npm run cloud -- incident freeze FACILITY… | --all [--except FACILITY]…
npm run cloud -- incident thaw FACILITY
npm run cloud -- incident access FACILITY --since T [--until T] [--out FILE]
npm run cloud -- incident notify-draft FACILITY… [--since T] [--until T] [--discovered T] [--out FILE]

With --data DIR or --database-url URL, like every command. docs/incident.md says when to use which.

freeze         stops all exchange with a facility at once: nobody logs in to it, who is in is thrown out, its
               workstations are told. What they record waits there; nothing is lost. Others go on undisturbed.
thaw           ends that.
access         who came to a facility's records: its access log with its chain checked, its workstations and codes.
               Into a file (.json, or .csv for the rows alone), which is never written over. Never a record's content.
notify-draft   the notice to clinics and authorities, as Markdown, with what is on record filled in, every gap that a
               person has to fill marked, and the clocks that may run.

  FACILITY          its id (f_…), or its exact name
  T                 2026-11-21, 2026-11-21T03:10 (UTC unless a zone follows), or how long ago: 90m, 24h, 7d
  --discovered T    when somebody first knew: the clocks are reckoned from it
  --json            one JSON object on stdout, and nothing else`

const OPTIONS = {
  ...WHERE_OPTIONS,
  all: { type: 'boolean' },
  except: { type: 'string', multiple: true },
  since: { type: 'string' },
  until: { type: 'string' },
  discovered: { type: 'string' },
  out: { type: 'string' },
} as const satisfies ParseArgsConfig['options']
type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values']

export async function incident(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS })
  const [act, ...facilities] = positionals
  const [first] = facilities
  if (act === 'freeze' && (values.all ? facilities.length === 0 : first && !values.except))
    return freezing(facilities, values)
  if (act === 'thaw' && first && facilities.length === 1) return thawing(first, values)
  if (act === 'access' && first && facilities.length === 1) return access(first, values)
  if (act === 'notify-draft' && first) return notice(facilities, values)
  throw new CloudError(
    'bad-arguments',
    'Say `incident freeze`, `thaw`, `access` or `notify-draft`, and which facility. More with --help.',
  )
}

/** Freezes each that was named, also when one of them could not be frozen; that one is said last, and loudest. */
async function freezing(facilities: string[], values: Values): Promise<void> {
  await inPlace(values, async (where) => {
    const frozen: Frozen[] = []
    let failed: unknown
    if (values.all) frozen.push(...(await freezeAll(where, values.except ?? [])))
    for (const facility of facilities) {
      try {
        frozen.push(await freeze(where, facility))
      } catch (error) {
        if (failed === undefined) failed = error
      }
    }
    if (failed === undefined || !values.json) print(values, { facilities: frozen }, frozen.map(saidOf).join('\n'))
    if (failed !== undefined) throw failed
  })
}

async function thawing(facility: string, values: Values): Promise<void> {
  await inPlace(values, async (where) => {
    const thawed = await thaw(where, facility)
    print(values, thawed, `${thawed.name} goes on where it was. Its workstations try again by themselves.`)
  })
}

async function access(facility: string, values: Values): Promise<void> {
  if (!values.since)
    throw new CloudError('bad-arguments', 'Say from when on, with --since: 24h, 7d, or 2026-11-21T03:10.')
  const period = periodOf(values, values.since)
  await inPlace(values, async (where) => {
    const evidence = await gather(where, facility, period)
    if (values.out) writeEvidence(values.out, evidence)
    print(values, { ...evidence, ...(values.out && { file: values.out }) }, summary(evidence, values.out))
  })
}

async function notice(facilities: string[], values: Values): Promise<void> {
  const discovered = values.discovered ? momentOf('discovered', values.discovered) : undefined
  const period = periodOf(values, values.since ?? '30d')
  await inPlace(values, async (where) => {
    const found: Evidence[] = []
    for (const facility of facilities) found.push(await gather(where, facility, period))
    const draft = draftNotice(found, discovered)
    if (values.out) writeEvidence(values.out, draft)
    const facts = found.map(({ visits: _, ...known }) => known)
    const said = values.out ? `The draft is in ${values.out}. Nothing was sent to anybody.` : draft
    print(
      values,
      { draft, clocks: clocks(discovered), facilities: facts, ...(values.out && { file: values.out }) },
      said,
    )
  })
}

async function inPlace(values: Values, work: (where: Where) => Promise<void>): Promise<void> {
  const where = await openWhere(values, process.env, { setUp: false })
  try {
    await work(where)
  } catch (error) {
    if (sqlState(error) === '42P01' || sqlState(error) === '3F000')
      throw new CloudError('no-registry', 'That database holds no registry of facilities. Is it the right one?', error)
    throw error
  } finally {
    await where.leave()
  }
}

function periodOf(values: Values, since: string): Period {
  const period = {
    since: momentOf('since', since),
    until: values.until ? momentOf('until', values.until) : new Date(),
  }
  if (period.since >= period.until) throw new CloudError('bad-arguments', '--since has to be before --until.')
  return period
}

function saidOf({ facility, name, state, sessions }: Frozen): string {
  const ended = `${sessions} ${sessions === 1 ? 'session' : 'sessions'} ended`
  return state === 'suspended'
    ? `${facility}  suspended already, and closed by that; ${ended}  ${name}`
    : `${facility}  frozen; ${ended}  ${name}`
}

function summary({ facility, period, chain, tallies, visits, devices, enrollments }: Evidence, file?: string): string {
  const width = Math.max(8, ...tallies.map(({ act }) => act.length))
  const revoked = devices.filter(({ revokedAt }) => revokedAt !== null).length
  return [
    `${facility.name} (${facility.id}), ${facility.state}, ${period.since} to ${period.until}`,
    chain.ok
      ? `Its access log holds: ${chain.rows} rows, none missing, none changed.`
      : `Its access log is BROKEN: ${chain.breaks.map(({ seq, what }) => `row ${seq} ${what}`).join(', ')}.`,
    `${devices.length - revoked} workstations in use, ${revoked} removed; ${enrollments.length} codes made, ${enrollments.filter(({ usedAt }) => usedAt !== null).length} used.`,
    '',
    ...tallies.map(
      ({ device, act, address, outcome, visits, rows, first, last }) =>
        `${(device || 'operator').padEnd(16)}  ${act.padEnd(width)}  ${address.padEnd(15)}  ${outcome.padEnd(6)}  ${String(visits).padStart(6)} times  ${String(rows).padStart(8)} rows  ${first} to ${last}`,
    ),
    ...(tallies.length === 0 ? ['Nobody came in this time.'] : []),
    '',
    file ? `All ${visits.length} rows are in ${file}.` : `${visits.length} rows in all; --out FILE writes them down.`,
  ].join('\n')
}

function print(values: Values, value: object, prose: string): void {
  process.stdout.write(`${values.json ? JSON.stringify(value) : prose}\n`)
}
