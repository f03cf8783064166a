/** `cloud migrate`: brings the whole fleet to the newest version. */
import { parseArgs } from 'node:util'
import { asAdmin, type Cluster } from '../cluster.ts'
import { CloudError } from '../errors.ts'
import { DEFAULT_CANARIES, DEFAULT_RUNNERS, type Migrated, migrate as migrateFleet } from '../migrate/migrate.ts'
import { progressOn } from '../migrate/progress.ts'
import { findFacility } from '../provision/find.ts'
import { FACILITY_VERSION } from '../schema/steps.ts'
import { openWhere } from '../where.ts'
import { numberOf, WHERE_OPTIONS } from './options.ts'

export const help = `npm run cloud -- migrate (--data DIR | --database-url URL) [--to N] [--canaries N | --canary F …] [--runners N]

Brings every facility's schema to version ${FACILITY_VERSION}, one short transaction each, while the gateway goes on serving both versions: start
the new gateways first, then migrate. A few facilities go first; if one of them fails, the rest is left alone. One that
fails later stays whole at its version and is listed; the others go on. It may be stopped (Ctrl-C ends what is begun) or
killed at any moment, and run again; several at once, on several machines, share the work.

  --to N               another version than the newest
  --canaries N         how many go first (${DEFAULT_CANARIES})
  --canary F           this one goes first, by its id or its exact name; may be given several times
  --runners N          how many at once (${DEFAULT_RUNNERS})
  --data DIR           the folder that was given to \`start\`
  --database-url URL   a PostgreSQL of your own, with an administrator's login (or ALCOVE_DATABASE_URL)
  --json               one JSON object on stdout, and nothing else

Ends with 1 if any facility is not at the version.`

export async function migrate(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      ...WHERE_OPTIONS,
      to: { type: 'string' },
      canaries: { type: 'string' },
      canary: { type: 'string', multiple: true },
      runners: { type: 'string' },
    },
  })
  const to = numberOf('--to', values.to, 1, FACILITY_VERSION) ?? FACILITY_VERSION
  const canaries = numberOf('--canaries', values.canaries, 0, 10_000)
  const runners = numberOf('--runners', values.runners, 1, 32)
  if (canaries !== undefined && values.canary)
    throw new CloudError('bad-arguments', 'Say how many go first, or which; not both.')
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())

  const where = await openWhere(values)
  const progress = progressOn(process.stderr)
  try {
    const first = values.canary ? await named(where, values.canary) : undefined
    const done = await migrateFleet(where, {
      to,
      canaries: first ?? canaries ?? DEFAULT_CANARIES,
      ...(runners === undefined ? {} : { runners }),
      signal: stop.signal,
      onProgress: progress.show,
    })
    progress.clear()
    process.stdout.write(`${values.json ? JSON.stringify(done) : report(done)}\n`)
    if (!done.ok) process.exitCode = 1
  } finally {
    progress.clear()
    await where.leave()
  }
}

async function named(cluster: Cluster, typed: readonly string[]): Promise<string[]> {
  return asAdmin(cluster.admin, async (client) => {
    const ids: string[] = []
    for (const one of typed) ids.push((await findFacility(client, one)).id)
    return ids
  })
}

function report({ version, migrated, left, failed, stopped, seconds }: Migrated): string {
  const lines = [
    `${many(migrated)} brought to version ${version} in ${seconds.toFixed(1)} s${migrated > 0 ? `, ${Math.round(migrated / seconds)} a second` : ''}.`,
    ...failed.map(
      ({ facility, name, code, step }) =>
        `${facility}  ${name}: ${why(code)}${step ? ` (${code} in ${step})` : ` (${code})`}`,
    ),
  ]
  if (failed.length > 0)
    lines.push(`${many(failed.length)} stayed whole at the version before. Run migrate again once the cause is gone.`)
  if (stopped === 'canary') lines.push(`It was among those that go first, so the rest was left alone: ${many(left)}.`)
  if (stopped === 'asked') lines.push(`Stopped as asked; ${many(left)} left. Run migrate again to go on.`)
  if (stopped === undefined && failed.length === 0) lines.push(`Every facility is at version ${version}.`)
  return lines.join('\n')
}

function many(count: number): string {
  return `${count} ${count === 1 ? 'facility' : 'facilities'}`
}

/** What an operator can make of a SQLSTATE. */
function why(code: string): string {
  if (code === '55P03' || code === '40P01') return 'something held a lock on it for too long'
  if (code === '57014') return 'it took too long'
  if (code === '42701' || code === '42P07' || code === '42710') return 'something of that name is there already'
  if (code.startsWith('53')) return 'the server has no room for it'
  if (code === 'moving') return 'it is on its way to another server'
  if (code === 'damaged') return 'it is not what the registry says; `facility repair` looks into that'
  if (
    code === 'no-server' ||
    code === 'no-login' ||
    code === 'unreachable' ||
    code.startsWith('08') ||
    code.startsWith('57')
  )
    return 'its server could not be reached'
  return 'the step did not go through'
}
