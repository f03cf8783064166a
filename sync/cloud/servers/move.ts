/**
 * Taking a facility to another server, or to another database of its own, while its workstations go on working.
 *
 *     copy ahead    a copy is made there that takes no writes, and filled while the facility goes on writing
 *     pause         the registry says `moving`; the copy here is sealed; workstations are told to come back in seconds
 *     the rest      what came meanwhile is copied, and the two are compared, every row
 *     switch        the registry names the other server: one transaction, and the only moment that counts
 *     settle        the copy there is opened, the one here taken away
 *
 * Before the switch, the copy here is the facility and the other one a spare; afterwards it is the other way round. Whatever
 * fails or is killed, `settle` goes by the registry, and by nothing else.
 */
import pg from 'pg'
import { asAdmin, type Cluster, setUpServer } from '../cluster.ts'
import { CloudError, facilityBusy, isInTheWay, sqlState } from '../errors.ts'
import { isPassing } from '../gateway/refusal.ts'
import { transaction } from '../gateway/transaction.ts'
import { noteOperatorAct } from '../operator-act.ts'
import { type Facility, findFacility, inState } from '../provision/find.ts'
import { quoted } from '../provision/operate.ts'
import { copyAhead, copyRest, type Ends, ready } from './copying.ts'
import { compareAhead, compareRest } from './fingerprint.ts'
import { together } from './pair.ts'
import { seal } from './seal.ts'
import { type Server, serverId, serverLogin, serverNamed } from './server.ts'
import { reopen, settle } from './settle.ts'
import { dropSpare, lockMoves, sparesOf } from './spare.ts'
import { identityOf, makeCopy, pause, switchBack, switchTo } from './switching.ts'

/** In the order in which a move comes past them. */
export const MOVE_STEPS = [
  'noted',
  'made',
  'ahead',
  'copied',
  'paused',
  'sealed',
  'filled',
  'compared',
  'switched',
  'opened',
  'settled',
] as const
export type MoveStep = (typeof MOVE_STEPS)[number]

export interface MoveOptions {
  /** Leaves the old copy where it is, closed. */
  keep?: boolean
  /** Gives up, and puts everything back, at the next step before the switch. */
  signal?: AbortSignal
  onStep?: (step: MoveStep) => void | Promise<void>
}

export interface Moved {
  facility: string
  from: string
  to: string
  rows: number
  /** For how long it took no writes. */
  pausedMs: number
  /** Whether the old copy is still there, closed. */
  kept: boolean
}

/** Moves a facility. Where a move was cut off, that one is brought to its end first, or undone. */
export async function moveFacility(
  cluster: Cluster,
  typed: string,
  to: string,
  options: MoveOptions = {},
): Promise<Moved> {
  serverId(to)
  return withMoves(cluster, typed, async (home, found) => {
    const unfinished = (await sparesOf(home, found.schema)).filter(({ kept, state }) => !kept || state !== null)
    await settle(cluster, home, found).catch(async (error: unknown) => {
      // Its new server is not there, and has never served it: it may also be wanted where it was.
      if (!unfinished.some(({ server, why, state }) => server === to && why === 'old' && state !== null)) throw error
      await switchBack(home, found, to)
      await settle(cluster, home, found)
    })
    const facility = await findFacility(home, found.id)
    inState(facility, 'active', 'suspended', 'frozen')
    if (facility.server === to) {
      // It was this very move that was cut off, after its switch.
      if (unfinished.length > 0) return { facility: facility.id, from: to, to, rows: 0, pausedMs: 0, kept: false }
      throw new CloudError('already-there', `That facility is on the server "${to}" already.`)
    }
    const target = await serverNamed(cluster, to)
    await setUpServer(target.cluster.admin)
    const moved = await copyAndSwitch(cluster, home, facility, target, options).catch((error: unknown) =>
      giveUp(cluster, facility, error, options.signal),
    )
    // It is there and at work. What cannot be taken away now is told, and taken away another time.
    await settle(cluster, home, facility).catch(() => {})
    await options.onStep?.('settled')
    return { ...moved, kept: (await sparesOf(home, facility.schema)).length > 0 }
  })
}

/** Takes away the old copies of a facility that moves were told to keep, or could not take away. */
export async function dropKept(cluster: Cluster, typed: string): Promise<{ facility: string; dropped: string[] }> {
  return withMoves(cluster, typed, async (home, facility) => {
    await reopen(cluster, home, facility)
    const spares = await sparesOf(home, facility.schema)
    for (const spare of spares) await dropSpare(cluster, home, spare)
    return { facility: facility.id, dropped: spares.map(({ server }) => server) }
  })
}

async function withMoves<T>(
  cluster: Cluster,
  typed: string,
  work: (home: pg.Client, facility: Facility) => Promise<T>,
): Promise<T> {
  return asAdmin(cluster.admin, async (home) => {
    const facility = await findFacility(home, typed)
    if (!(await lockMoves(home, facility.schema)))
      throw new CloudError('facility-busy', 'Another command is moving that facility. Wait until it has ended.')
    return work(home, facility)
  })
}

async function copyAndSwitch(
  cluster: Cluster,
  home: pg.Client,
  facility: Facility,
  target: Server,
  { keep = false, signal, onStep = () => {} }: MoveOptions,
): Promise<Moved> {
  const { id, role, schema, server } = facility
  const step = async (name: MoveStep) => {
    await onStep(name)
    signal?.throwIfAborted()
  }
  const source = await serverLogin(cluster, server)
  return asAdmin(source, (from) =>
    asAdmin(target.cluster.admin, async (there) => {
      const ends: Ends = { from, to: there, schema }
      await Promise.all([ready(from), ready(there)])
      const { server: shared, database } = await together(from, there)
      if (database) throw new CloudError('same-server', 'Those two names lead to the same database.')

      for (const older of await sparesOf(home, schema))
        if (older.server === target.id) await dropSpare(cluster, home, older)
      await home.query("insert into registry.spare (schema, server, why) values ($1, $2, 'copy')", [schema, target.id])
      await step('noted')
      await makeCopy(target, facility, await identityOf(from, schema), { shared })
      await step('made')
      let rows = 0
      const reached = await copyAhead(ends, (more) => {
        rows += more
        signal?.throwIfAborted()
      })
      await step('ahead')
      const compared = await compareAhead(ends, reached)
      await step('copied')

      const since = performance.now()
      const { verifier } = await pause(home, facility, target.id)
      await step('paused')
      await seal(from, { role, schema }, { shared })
      await step('sealed')
      rows += await copyRest(ends, reached)
      await step('filled')
      await compareRest(ends, compared)
      // It may have been given another password while the copy was being filled.
      if (!shared) await there.query(`alter role ${quoted(role)} password ${pg.escapeLiteral(verifier ?? '')}`)
      await transaction(there, () => noteOperatorAct(there, { role, schema }, { act: 'move' }))
      await step('compared')
      await switchTo(home, facility, target.id, keep)
      await onStep('switched')
      await reopen(cluster, home, facility)
      await onStep('opened')
      const pausedMs = Math.round(performance.now() - since)
      return { facility: id, from: server, to: target.id, rows, pausedMs, kept: keep }
    }),
  )
}

/** Puts things in order after a failure, by what the registry says, on a connection of its own; and tells what happened. */
async function giveUp(
  cluster: Cluster,
  facility: Facility,
  error: unknown,
  signal: AbortSignal | undefined,
): Promise<never> {
  const server = await asAdmin(cluster.admin, async (home) => {
    const back = async () => {
      await switchBack(home, facility, facility.server)
      await reopen(cluster, home, facility)
    }
    await reopen(cluster, home, facility).catch(back)
    const now = await findFacility(home, facility.id)
    // The half-filled copy may be out of reach, or on a full disk: it is found again by the next command.
    await settle(cluster, home, facility).catch(() => {})
    return now.server
  }).catch((cause: unknown) => {
    throw new CloudError(
      'move-unfinished',
      'The move was cut off, and the facility takes no writes. Nothing is lost: run the same command again.',
      cause,
    )
  })
  if (server !== facility.server)
    throw new CloudError(
      'move-cut-off',
      `The facility is on the server "${server}" and at work; the rest was cut off.`,
      error,
    )
  throw plainly(error, signal)
}

function plainly(error: unknown, signal: AbortSignal | undefined): unknown {
  const unmoved = 'The facility is where it was, and at work; nothing was lost.'
  if (signal?.aborted) return new CloudError('stopped', `The move was stopped. ${unmoved}`, error)
  if (error instanceof CloudError) return new CloudError(error.code, `${error.message} ${unmoved}`, error)
  if (isInTheWay(error)) return plainly(facilityBusy(error), signal)
  const state = sqlState(error)
  if (state === '53100') return new CloudError('server-full', `The disk of a server is full. ${unmoved}`, error)
  if (state === '42P06' || state === '42710')
    return new CloudError(
      'facility-there',
      `There is something of that facility on the other server, of which the registry knows nothing. ${unmoved}`,
      error,
    )
  if (isPassing(error))
    return new CloudError('server-lost', `The connection to a server was lost during the move. ${unmoved}`, error)
  return error
}
