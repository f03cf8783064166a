/** The cloud as the demo meets it: a gateway in a process of its own, and logins to its PostgreSQL as a facility. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import pg from 'pg'
import { asAdmin, serverOf } from '../../sync/cloud/cluster.ts'
import { open } from '../../sync/cloud/keys/box.ts'
import { openWhere } from '../../sync/cloud/where.ts'
import { decodeEnrollmentCode, enrollmentId } from '../../sync/protocol/enrollment-code.ts'
import { StepFailed } from './narrate.ts'

const MAIN = join(dirname(dirname(import.meta.dirname)), 'sync', 'cloud', 'main.ts')

export interface NewFacility {
  facility: string
  schema: string
  role: string
  enrollmentCode: string
}

export interface RunningCloud {
  url: string
  facility(name: string): Promise<NewFacility>
  stop(): Promise<void>
}

/** Starts the gateway as `npm run cloud -- start --data DIR` does. */
export async function startCloud(dir: string): Promise<RunningCloud> {
  const child = spawn(process.execPath, [MAIN, 'start', '--data', dir, '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const { url } = await ready(child)
  return {
    url,
    facility: async (name) => {
      const args = [MAIN, 'facility', 'create', name, '--data', dir, '--json']
      return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout)
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = new Promise((done) => child.once('exit', done))
      child.kill('SIGTERM')
      await gone
    },
  }
}

function ready(child: ChildProcess): Promise<{ url: string; pin: string }> {
  return new Promise((resolve, reject) => {
    if (!child.stdout) throw new TypeError('the gateway has no output')
    createInterface({ input: child.stdout }).once('line', (line) => {
      const said = JSON.parse(line) as { url: string; pin: string } | { error: { message: string } }
      if ('error' in said) reject(new StepFailed(said.error.message))
      else resolve(said)
    })
    child.once('exit', (code) => reject(new Error(`The gateway ended with ${code} before it was ready.`)))
  })
}

/** Runs something in the database as a facility; the password is unsealed with what the facility alone has. */
export async function asFacility<T>(
  dir: string,
  { facility, role }: NewFacility,
  key: { deviceSecret: string; device: string } | { enrollmentCode: string },
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const where = await openWhere({ data: dir })
  const { holder, secret, sql, id } =
    'device' in key
      ? {
          holder: `device ${key.device}`,
          secret: key.deviceSecret,
          id: key.device,
          sql: 'select wrap from registry.device where facility = $1 and id = $2',
        }
      : ((code) => ({
          holder: `enrollment ${enrollmentId(code.secret)}`,
          secret: code.secret,
          id: enrollmentId(code.secret),
          sql: 'select wrap from registry.enrollment where facility = $1 and id = $2',
        }))(decodeEnrollmentCode(key.enrollmentCode))
  const wrap = await asAdmin(where.admin, async (admin) => {
    const { rows } = await admin.query<{ wrap: Buffer }>(sql, [facility, id])
    return rows[0]?.wrap
  })
  const password = wrap && (await open(wrap, Buffer.from(secret, 'base64url'), { facility, role, holder }))
  if (password === undefined) throw new Error('The database password could not be unsealed.')
  const client = new pg.Client({ ...serverOf(where.admin), user: role, password })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
    await where.leave()
  }
}
