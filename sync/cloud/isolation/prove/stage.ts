/**
 * The stage of a proof: three throw-away facilities, made as any other is, joined through a real gateway on a loopback
 * port, with strings in every table that nobody else may see. Nothing of it is left afterwards (`clearing.ts`).
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { decodeEnrollmentCode } from '../../../protocol/enrollment-code.ts'
import { asAdmin, type Cluster, gatewayLogin, serverOf } from '../../cluster.ts'
import { CloudError } from '../../errors.ts'
import { openGateway } from '../../gateway/gateway.ts'
import { open } from '../../keys/box.ts'
import { createFacility } from '../../provision/create.ts'
import { TABLES } from '../../schema/steps.ts'
import { type TlsIdentity, tlsIdentity } from '../../tls.ts'
import { clear, throwAwayName } from './clearing.ts'
import { HeardWorkstation, PARTS, type Part, type Party, partyOf } from './party.ts'
import { Witness } from './witness.ts'

/** Many statements fail here on purpose: a live server's log is neither filled with them nor with what they quote. */
const QUIET =
  '-c log_min_messages=panic -c log_min_error_statement=panic -c log_error_verbosity=terse -c log_statement=none -c log_min_duration_statement=-1'

/** What may be said of the server in an expectation. */
export interface Server {
  /** `180004` for 18.4. */
  readonly number: number
  readonly version: string
}

export interface Stage extends Readonly<Record<Part, Party>> {
  /** This run's own word: the names of its facilities carry it. */
  readonly run: string
  readonly cluster: Cluster
  readonly server: Server
  readonly gateway: {
    readonly url: string
    readonly port: number
    readonly tls: TlsIdentity
    readonly faults: string[]
  }
  readonly tables: readonly string[]
  /** Asks the administrator's own connection: for looking at how things stand, many times over. */
  look<T extends pg.QueryResultRow>(text: string): Promise<T[]>
  /** Runs something as the administrator, for good. */
  admin<T>(work: (client: pg.Client) => Promise<T>): Promise<T>
  /** Runs something as the administrator and takes it back. */
  rolledBack<T>(work: (client: pg.Client) => Promise<T>): Promise<T>
  /** PostgreSQL's own log so far; undefined where it can't be read from here. */
  serverLog(): Promise<string | undefined>
  /** Makes one more throw-away facility, cleared with the rest. */
  another(word: string): Promise<Party>
  close(): Promise<void>
}

export interface StageOptions {
  /** The log file of the data folder's own PostgreSQL. */
  log?: string | undefined
}

/** Builds the stage. The caller closes it, whatever happens. */
export async function openStage(cluster: Cluster, { log }: StageOptions = {}): Promise<Stage> {
  const run = randomBytes(8).toString('hex')
  const scratch = mkdtempSync(join(tmpdir(), 'alcove-prove-'))
  const undo: (() => Promise<unknown> | unknown)[] = [() => rmSync(scratch, { recursive: true, force: true })]
  const close = async () => {
    const steps = undo.splice(0).reverse()
    const failed: unknown[] = []
    // One that fails must not keep the rest from being cleared away.
    for (const step of steps) {
      try {
        await step()
      } catch (error) {
        failed.push(error)
      }
    }
    if (failed.length > 0) throw failed[0]
  }
  const admin: Stage['admin'] = (work) => asAdmin({ ...cluster.admin, options: QUIET }, work)
  try {
    const { login, restore } = await registryLogin(cluster, scratch)
    undo.push(restore)
    const tls = await tlsIdentity(scratch)
    const faults: string[] = []
    const gateway = await openGateway({
      tls,
      host: '127.0.0.1',
      port: 0,
      registry: login,
      server: serverOf(cluster.admin),
      onFault: (what) => faults.push(what),
    })
    // Before the rows go, so that no call is on its way.
    undo.push(() => admin((client) => clear(client, run)))
    undo.push(() => gateway.close())
    const address = { url: `https://127.0.0.1:${gateway.port}`, pin: tls.pin }
    const another = async (word: string, part: Part = 'bystander') => {
      const party = await makeParty(cluster, address, throwAwayName(run, word), part)
      undo.push(() => party.station.close())
      return party
    }
    const parties = {} as Record<Part, Party>
    for (const part of PARTS) parties[part] = await another(part, part)
    const looking = new pg.Client({ ...cluster.admin, options: QUIET, application_name: 'alcove cloud' })
    looking.on('error', () => {})
    undo.push(() => looking.end().catch(() => {}))
    await looking.connect()
    const server = await serverFacts(looking)
    return {
      ...parties,
      run,
      cluster,
      server,
      gateway: { url: address.url, port: gateway.port, tls, faults },
      tables: TABLES,
      admin,
      look: async (text) => (await looking.query(text)).rows,
      rolledBack: (work) => admin((client) => rolledBack(client, () => work(client))),
      serverLog: () => (log && existsSync(log) ? Promise.resolve(readFileSync(log, 'utf8')) : admin(logOf)),
      another,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Runs something in a transaction that is taken back in any case. */
export async function rolledBack<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('begin')
  try {
    return await work()
  } finally {
    await client.query('rollback')
  }
}

/**
 * The gateway's login. On a server whose gateway never ran the role has no password: it gets one for as long as this
 * takes. One that it has is never replaced: a gateway that is running would be shut out.
 */
async function registryLogin(cluster: Cluster, scratch: string) {
  const nothing = async () => {}
  const isSet = await asAdmin(cluster.admin, async (client) => {
    const { rows } = await client.query<{ set: boolean }>(
      "select rolpassword is not null as set from pg_authid where rolname = 'alcove_gateway'",
    )
    return rows[0]?.set === true
  })
  if (!isSet) {
    const restore = () => asAdmin(cluster.admin, (client) => client.query('alter role alcove_gateway password null'))
    return { login: await gatewayLogin({ ...cluster, state: scratch }), restore }
  }
  if (existsSync(join(cluster.state, 'gateway.json'))) return { login: await gatewayLogin(cluster), restore: nothing }
  throw new CloudError(
    'other-state',
    'The gateway of this server keeps its login in another folder. Give that one with --state.',
  )
}

async function makeParty(cluster: Cluster, address: { url: string; pin: string }, name: string, part: Part) {
  const made = await createFacility(cluster, name, address)
  const witness = new Witness()
  const station = new HeardWorkstation(decodeEnrollmentCode(made.enrollmentCode), witness)
  const enrolled = await station.enroll(made.enrollmentCode)
  if (enrolled.status !== 200) throw new CloudError('no-stage', 'A throw-away facility could not be enrolled.')
  const word = `canary${randomBytes(10).toString('hex')}`
  const known = { patient: randomUUID(), blob: sha256(word), device: station.device }
  fill(station, known.patient, word)
  const pushed = await station.push()
  if (pushed.status !== 200) throw new CloudError('no-stage', 'A throw-away facility could not be filled.')
  const own = await asAdmin(cluster.admin, (client) => settle(client, made, station, { ...known, word }))
  const canaries = [
    word,
    own.tag,
    own.epoch,
    own.password,
    station.device,
    station.secret,
    station.keys.publicKey,
    name,
  ]
    .concat(station.entries.map((entry) => entry.hash))
    .concat(made.enrollmentCode, made.recoveryCode)
  const login = { ...serverOf(cluster.admin), user: made.role, password: own.password }
  return partyOf({ ...made, part, tag: own.tag, login, station, canaries, known, witness })
}

/** What a clinic would write: a patient, a note, an allergy. */
function fill(station: HeardWorkstation, patient: string, word: string): void {
  station.change('patient', patient, { family: word, given: 'Test', sex: 'female', active: true })
  station.change('composition', randomUUID(), { patient, status: 'final', title: word, sections: [{ text: word }] })
  station.change('allergy_intolerance', randomUUID(), { patient, display: word })
}

/** What no call brings about: a row in the tables that the gateway does not write to. And what only this facility has. */
async function settle(
  client: pg.Client,
  made: { facility: string; role: string; schema: string },
  station: HeardWorkstation,
  { blob, word }: { blob: string; word: string },
) {
  const { rows } = await client.query<{ wrap: Buffer }>(
    'select wrap from registry.device where facility = $1 and id = $2',
    [made.facility, station.device],
  )
  const holder = { facility: made.facility, role: made.role, holder: `device ${station.device}` }
  const password = await open(rows[0]?.wrap ?? Buffer.alloc(0), Buffer.from(station.secret, 'base64url'), holder)
  if (password === undefined) throw new CloudError('no-stage', 'A throw-away facility’s box does not open.')
  // The administrator is not bound by row-level security.
  await client.query(`insert into ${made.schema}.blob (hash, content) values ($1, $2)`, [blob, Buffer.from(word)])
  await client.query(`insert into ${made.schema}.meta (key, value) values ('canary', $1)`, [JSON.stringify(word)])
  const head = await client.query<{ tag: string; epoch: string }>(`select tag, epoch from ${made.schema}.head`)
  const { tag, epoch } = head.rows[0] ?? { tag: '', epoch: '' }
  return { password, tag, epoch }
}

async function serverFacts(client: pg.Client): Promise<Server> {
  const { rows } = await client.query<Server>(
    "select current_setting('server_version_num')::int as number, current_setting('server_version') as version",
  )
  return rows[0] as Server
}

async function logOf(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ file: string | null }>('select pg_current_logfile() as file')
  if (!rows[0]?.file) return undefined
  const log = await client.query<{ text: string }>('select pg_read_file($1) as text', [rows[0].file])
  return log.rows[0]?.text
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
