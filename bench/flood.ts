/**
 * A facility that misbehaves in every way that its credentials allow, as a process of its own: with the login that a stolen
 * workstation gives it, and at the gateway. Told what it has, it floods until it is told to stop.
 */
import { randomBytes } from 'node:crypto'
import os from 'node:os'
import { connect } from 'node:tls'
import pg from 'pg'
import { Workstation } from '../sync/cloud/client/workstation.ts'
import { PATHS } from '../sync/protocol/messages.ts'
import { observe } from './batches.ts'

export interface Weapons {
  /** Its login to PostgreSQL, which it has only if it is let in to there: it should be the gateway alone that is. */
  login?: pg.ClientConfig
  schema: string
  enrollmentCode: string
}

let stopped = false
const running: Promise<unknown>[] = []
const clients = new Set<pg.Client>()

/** Again and again until the flood ends; what is refused is tried again, after a breath as any client's would. */
function again(act: () => Promise<unknown>, pause = 5): void {
  running.push(
    (async () => {
      while (!stopped) {
        await act().catch(() => {})
        await new Promise((done) => setTimeout(done, pause))
      }
    })(),
  )
}

async function session(login: pg.ClientConfig, statements: string[], hold = 0): Promise<void> {
  const client = new pg.Client({ ...login, connectionTimeoutMillis: 5000 })
  client.on('error', () => {})
  clients.add(client)
  try {
    await client.connect()
    await client.query('set statement_timeout = 0')
    for (const statement of statements) await client.query(statement)
    const until = Date.now() + hold
    while (!stopped && Date.now() < until) await new Promise((done) => setTimeout(done, 50))
  } finally {
    clients.delete(client)
    await client.end().catch(() => {})
  }
}

/** In the database: a connection flood of sessions that burn, spill, hoard, hold a snapshot and write. */
function floodDatabase(login: pg.ClientConfig, schema: string): void {
  for (let i = 0; i < 4; i++) again(() => session(login, ['select count(*) from generate_series(1, 1000000000000)']))
  again(() =>
    session(login, ['select count(*) from (select g, random() from generate_series(1, 20000000) g order by 2) s']),
  )
  again(() => session(login, ["select length(repeat('x', 900000000))"]))
  again(() =>
    session(login, ['begin isolation level repeatable read', `select count(*) from ${schema}.record`], 60_000),
  )
  again(() => session(login, ['begin', `lock table ${schema}.journal in row exclusive mode`], 60_000))
  again(() =>
    session(login, [
      `insert into ${schema}.blob (hash, content) values ('${randomBytes(8).toString('hex')}', convert_to(repeat(random()::text, 500000), 'UTF8'))`,
    ]),
  )
  for (let i = 0; i < 8; i++) again(() => session(login, ['select 1'], 1000), 1)
  for (let i = 0; i < 4; i++) again(() => session({ ...login, password: 'guess' }, []), 1)
}

async function flood({ login, schema, enrollmentCode }: Weapons): Promise<void> {
  const station = await Workstation.enrolled(enrollmentCode)
  if (login) floodDatabase(login, schema)

  // At the gateway: one entry a call, calls that are not allowed, guessed codes, and connections that say nothing.
  let tail: Promise<unknown> = Promise.resolve()
  again(() => {
    observe(station, 1)
    const from = station.entries.length
    tail = tail.then(() => station.push(from, from)).catch(() => {})
    return tail
  }, 1)
  for (let i = 0; i < 8; i++) again(() => station.pull(0, 2000), 1)
  for (let i = 0; i < 4; i++)
    again(() => station.send('POST', PATHS.hello, { body: '{}', headers: { authorization: 'Alcove x.y.z' } }), 1)
  for (let i = 0; i < 4; i++)
    again(
      () =>
        station.send('POST', PATHS.enroll, { body: JSON.stringify({ secret: randomBytes(16).toString('base64url') }) }),
      1,
    )
  const { hostname, port } = new URL(station.url)
  for (let i = 0; i < 50; i++)
    again(
      () =>
        new Promise<void>((done) => {
          const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
            socket.write('POST /v1/push HTTP/1.1\r\nhost: x\r\n')
            const drip = setInterval(() => (stopped ? socket.destroy() : socket.write('x')), 1000)
            socket.on('close', () => {
              clearInterval(drip)
              done()
            })
          })
          socket.on('error', () => done())
        }),
      100,
    )
  process.once('message', () => {
    stopped = true
    for (const client of clients) void client.end().catch(() => {})
    station.close()
    // Whatever it still waits for goes with it.
    process.exit()
  })
  process.send?.('flooding')
}

// Whoever floods does so on machines of their own. Here the flood's own work has to share ours, and comes last.
os.setPriority(os.constants.priority.PRIORITY_LOW)
process.once('message', (weapons: Weapons) => void flood(weapons))
// Whoever started it is gone.
process.once('disconnect', () => process.exit())
