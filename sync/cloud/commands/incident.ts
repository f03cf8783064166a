/** `cloud incident …`: when something may have gone wrong all the same. What to do with it is in docs/incident.md. */
import { join, parse } from 'node:path'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { CloudError, sqlState } from '../errors.ts'
import { actorOf, type Evidence, gather, type Period } from '../incident/evidence.ts'
import { writeEvidence } from '../incident/evidence-file.ts'
import { type Frozen, freeze, freezeAll, thaw } from '../incident/freeze.ts'
import { momentOf } from '../incident/moment.ts'
import { clocks, counted, draftNotice } from '../incident/notice.ts'
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
notify-draft   the notice to a clinic and its authorities, as Markdown, one for each clinic, with what is on record filled
               in, every gap that a person has to fill marked, and the clocks that may run.

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
  // As from a variable that nobody set: what was to go into a file must not go to the terminal instead.
  if (values.out === '') throw new CloudError('bad-arguments', 'Say with --out which file it goes to.')
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

/**
 * Freezes each that was named, also when one of them could not be frozen; that one is said last, and loudest. For a program
 * what was frozen and what was not are in one object, and it ends with 1.
 */
async function freezing(facilities: string[], values: Values): Promise<void> {
  await inPlace(values, async (where) => {
    const frozen: Frozen[] = []
    const failed: { facility: string; error: unknown }[] = []
    if (values.all) frozen.push(...(await freezeAll(where, values.except ?? [])))
    for (const facility of facilities) {
      try {
        frozen.push(await freeze(where, facility))
      } catch (error) {
        failed.push({ facility, error })
      }
    }
    const [first] = failed
    if (first && frozen.length === 0 && failed.length === 1) throw first.error
    const notFrozen = failed.map(({ facility, error }) => ({ facility, ...toldOf(error) }))
    const lines = [
      ...frozen.map(saidOf),
      ...notFrozen.map(({ facility, message }) => `NOT FROZEN: “${facility}”. ${message}`),
    ]
    print(values, { facilities: frozen, ...(first && { notFrozen }) }, lines.join('\n'))
    if (first) process.exitCode = 1
  })
}

function toldOf(error: unknown): { code: string; message: string } {
  if (error instanceof CloudError) return { code: error.code, message: error.message }
  return { code: 'internal', message: 'Something in Alcove went wrong.' }
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

/** One draft a facility: what is told to one clinic does not name another. */
async function notice(facilities: string[], values: Values): Promise<void> {
  const discovered = values.discovered ? momentOf('discovered', values.discovered) : undefined
  // Every deadline is counted from it.
  if (discovered && discovered > new Date()) throw new CloudError('bad-arguments', '--discovered is in the future.')
  const period = periodOf(values, values.since ?? '30d')
  await inPlace(values, async (where) => {
    const drafts: { facility: Evidence['facility']; draft: string; file?: string }[] = []
    for (const typed of facilities) {
      const evidence = await gather(where, typed, period)
      const { facility } = evidence
      const draft = draftNotice(evidence, discovered)
      const file = values.out && (facilities.length === 1 ? values.out : besideIts(values.out, facility.id))
      if (file) writeEvidence(file, draft)
      drafts.push({ facility, draft, ...(file && { file }) })
    }
    const said = drafts.map(({ draft, file }) =>
      file ? `The draft is in ${file}. Nothing was sent to anybody.` : draft,
    )
    print(values, { clocks: clocks(discovered), drafts }, said.join('\n'))
  })
}

/** `notice.md` for one of several facilities: `notice-f_….md`. */
function besideIts(out: string, facility: string): string {
  const { dir, name, ext } = parse(out)
  return join(dir, `${name}-${facility}${ext}`)
}

async function inPlace(values: Values, work: (where: Where) => Promise<void>): Promise<void> {
  const where = await openWhere(values, process.env, { setUp: false })
  try {
    await work(where)
  } catch (error) {
    if (sqlState(error) === '42P01' || sqlState(error) === '3F000')
      throw new CloudError('no-registry', 'That database holds no registry of facilities. Is it the right one?', error)
    if (sqlState(error) === '42501')
      throw new CloudError('not-administrator', 'That login is not an administrator (superuser) of the server.', error)
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
  if (!values.until && period.since >= period.until) throw new CloudError('bad-arguments', '--since is in the future.')
  if (period.since >= period.until) throw new CloudError('bad-arguments', '--since has to be before --until.')
  return period
}

function saidOf({ facility, name, state, sessions }: Frozen): string {
  const ended = `${counted(sessions, 'session')} ended`
  return state === 'suspended'
    ? `${facility}  suspended already, and closed by that; ${ended}  ${name}`
    : `${facility}  frozen; ${ended}  ${name}`
}

function summary({ facility, period, chain, tallies, visits, devices, enrollments }: Evidence, file?: string): string {
  const lines = tallies.map((tally) => ({ ...tally, ...actorOf(tally) }))
  const width = Math.max(8, ...lines.map(({ did }) => did.length))
  const revoked = devices.filter(({ revokedAt }) => revokedAt !== null).length
  return [
    `${facility.name} (${facility.id}), ${facility.state}, ${period.since} to ${period.until}`,
    chain.ok
      ? `Its access log holds: ${counted(chain.rows, 'row')}, none missing, none changed.`
      : `Its access log is BROKEN: ${chain.breaks.map(({ seq, what }) => `row ${seq} ${what}`).join(', ')}.`,
    `${counted(devices.length - revoked, 'workstation')} in use, ${revoked} removed; ${counted(enrollments.length, 'code')} made, ${enrollments.filter(({ usedAt }) => usedAt !== null).length} used.`,
    '',
    ...lines.map(
      ({ who, did, address, outcome, visits, rows, first, last }) =>
        `${who.padEnd(16)}  ${did.padEnd(width)}  ${address.padEnd(15)}  ${outcome.padEnd(6)}  ${counted(visits, 'time').padStart(9)}  ${counted(rows, 'row').padStart(11)}  ${toSecond(first)} to ${toSecond(last)}`,
    ),
    ...(lines.length === 0 ? ['Nobody came in this time.'] : []),
    '',
    file ? `All of it is in ${file}.` : `${counted(visits.length, 'row')} in all; --out FILE writes them down.`,
  ].join('\n')
}

/** As precise as a summary has to be; the file has all of it. */
function toSecond(at: string): string {
  return `${at.slice(0, 19)}Z`
}

function print(values: Values, value: object, prose: string): void {
  process.stdout.write(`${values.json ? JSON.stringify(value) : prose}\n`)
}
