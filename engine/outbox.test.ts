import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Enrolled } from '../domain/outbox.ts'
import type { SyncStatus } from './api-shapes.ts'
import { Database } from './database.ts'
import { Journal } from './journal.ts'
import { migrate } from './migrations/migrate.ts'
import { admitEnrollment, EngineOutbox, switchSync, syncStatus } from './outbox.ts'

const DEVICE = '00112233aabbccdd'
const credentials: Enrolled = {
  url: 'https://10.0.0.7:8443',
  pin: 'ab'.repeat(32),
  facility: 'f1',
  device: DEVICE,
  secret: randomBytes(32).toString('base64url'),
  privateKey: 'key',
  epoch: 'e1',
}

let dir: string
let db: Database
let journal: Journal
let outbox: EngineOutbox
let told: SyncStatus[]

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'alcove-outbox-'))
  db = Database.open(join(dir, 'clinic.db'), randomBytes(32))
  migrate(db)
  journal = new Journal(db, DEVICE)
  told = []
  outbox = new EngineOutbox(db, journal, (status) => told.push(status))
})
afterEach(() => {
  db.close()
  rmSync(dir, { recursive: true })
})

function write(count: number, kind: 'change' | 'session' = 'change') {
  return Array.from({ length: count }, (_, at) =>
    journal.append({ kind, author: 'u', record: 'patient', id: `p${at}`, fields: { family: 'x'.repeat(100) } }),
  )
}

async function enroll(): Promise<string> {
  admitEnrollment(db, 'admin', Date.now())
  await outbox.enrolled(credentials)
  return (await outbox.remote())?.id ?? ''
}

describe('the outbox', () => {
  test('gives entries in order, within its bounds, and always at least one', async () => {
    const written = write(10)
    const all = await outbox.read(0, 100, 1e6)
    expect(all.entries.map((entry) => entry.hash)).toEqual(written.map((entry) => entry.hash))
    expect((await outbox.read(4, 3, 1e6)).entries.map((entry) => entry.dseq)).toEqual([5, 6, 7])
    expect((await outbox.read(0, 100, 1)).entries).toHaveLength(1)
    const three = all.entries.slice(0, 3).reduce((sum, { body }) => sum + Buffer.byteLength(body) + 1, 0)
    expect((await outbox.read(0, 100, three)).entries).toHaveLength(3)
    expect((await outbox.read(10, 100, 1e6)).entries).toEqual([])
  })

  test('moves only forward, and only to an entry of ours by its own hash', async () => {
    const written = write(5)
    const id = await enroll()
    await outbox.acknowledge(id, 3, written[2]?.hash ?? '')
    await outbox.acknowledge(id, 2, written[1]?.hash ?? '')
    expect((await outbox.remote())?.cursor).toBe(3)
    await expect(outbox.acknowledge(id, 4, 'f'.repeat(64))).rejects.toMatchObject({ code: 'gateway-misbehaved' })
    await expect(outbox.acknowledge(id, 99, 'f'.repeat(64))).rejects.toMatchObject({ code: 'gateway-misbehaved' })
    await expect(outbox.acknowledge('nobody', 4, written[3]?.hash ?? '')).rejects.toMatchObject({ code: 'not-found' })
    expect((await outbox.remote())?.cursor).toBe(3)
  })

  test('goes back when the gateway was restored, and forgets what it was refused beyond that', async () => {
    const written = write(5)
    const id = await enroll()
    await outbox.acknowledge(id, 5, written[4]?.hash ?? '')
    await outbox.park(id, 2, 'bad-entry')
    await outbox.park(id, 4, 'bad-entry')
    await outbox.rewind(id, 3, written[2]?.hash ?? '', 'e2')
    expect(await outbox.remote()).toMatchObject({ cursor: 3, epoch: 'e2' })
    expect(syncStatus(db, DEVICE)).toMatchObject({ failed: 1 })
  })

  test('parks an entry once, however often it is told to', async () => {
    write(3)
    const id = await enroll()
    await outbox.park(id, 2, 'bad-entry')
    await outbox.park(id, 2, 'bad-entry')
    expect(syncStatus(db, DEVICE).failed).toBe(1)
    await expect(outbox.park(id, 77, 'bad-entry')).rejects.toMatchObject({ code: 'gateway-misbehaved' })
  })

  test('takes credentials only when an admin has just asked, and only once', async () => {
    await expect(outbox.enrolled(credentials)).rejects.toMatchObject({ code: 'not-permitted' })
    admitEnrollment(db, 'admin', Date.now() - 10 * 60_000)
    await expect(outbox.enrolled(credentials)).rejects.toMatchObject({ code: 'not-permitted' })
    await enroll()
    await expect(outbox.enrolled(credentials)).rejects.toMatchObject({ code: 'not-permitted' })
    admitEnrollment(db, 'admin', Date.now())
    await expect(outbox.enrolled({ ...credentials, device: 'f'.repeat(16) })).rejects.toMatchObject({
      code: 'not-permitted',
    })
  })

  test('keeps what the gateway has when the same facility is enrolled with again; sends to another only when that is said twice', async () => {
    const written = write(3)
    const first = await enroll()
    await outbox.acknowledge(first, 3, written[2]?.hash ?? '')
    const again = await enroll()
    expect([again, (await outbox.remote())?.cursor]).toEqual([first, 3])
    admitEnrollment(db, 'admin', Date.now())
    await expect(outbox.enrolled({ ...credentials, facility: 'f2' })).rejects.toMatchObject({ code: 'other-facility' })
    expect(await outbox.remote()).toBeUndefined()
    expect(switchSync(db, journal, 'admin', true)).toBe(true)
    expect(await outbox.remote()).toMatchObject({ facility: 'f2', cursor: 0 })
    expect(db.all('select * from remote where enabled = 1')).toHaveLength(1)
  })

  test('puts who turned sync on or off into the journal, and no credential', async () => {
    const id = await enroll()
    expect(switchSync(db, journal, 'admin', false)).toBe(true)
    expect(switchSync(db, journal, 'admin', false)).toBe(true)
    expect(await outbox.remote()).toBeUndefined()
    expect(switchSync(db, journal, 'admin', true)).toBe(true)
    const entries = db.all<{ record: string; kind: string; author: string; id: string; body: string }>(
      'select * from journal order by dseq',
    )
    expect(entries.map(({ kind, record, author }) => [kind, record, author])).toEqual([
      ['admin', 'sync.enrolled', 'admin'],
      ['admin', 'sync.off', 'admin'],
      ['admin', 'sync.on', 'admin'],
    ])
    expect(entries.every((entry) => entry.id === id)).toBe(true)
    expect(JSON.stringify(entries)).not.toContain(credentials.secret)
  })
})

describe('the status', () => {
  test('counts what the gateway does not have, and no sign-in after the last of it', async () => {
    expect(syncStatus(db, DEVICE)).toEqual({ enabled: false, waiting: 0, failed: 0, state: 'off' })
    const written = write(4)
    expect(syncStatus(db, DEVICE).waiting).toBe(4)
    const id = await enroll()
    expect(syncStatus(db, DEVICE)).toMatchObject({ enabled: true, waiting: 5, remote: credentials.url, state: 'idle' })
    await outbox.acknowledge(id, 4, written[3]?.hash ?? '')
    expect(syncStatus(db, DEVICE).waiting).toBe(1)
    const last = await outbox.hashAt(5)
    await outbox.acknowledge(id, 5, last ?? '')
    write(1, 'session')
    expect(syncStatus(db, DEVICE).waiting).toBe(0)
    write(1)
    expect(syncStatus(db, DEVICE).waiting).toBe(2)
  })

  test('is told when the worker reports, and the trouble survives a restart', async () => {
    const id = await enroll()
    const error = { code: 'gateway-unreachable', message: 'The gateway is not running.' }
    await outbox.report(id, { state: 'backing-off', error })
    expect(told.at(-1)).toMatchObject({ state: 'backing-off', error })
    await outbox.report(id, { state: 'idle', lastSynced: '2026-11-21T00:00:00.000Z', error: null })
    expect(told.at(-1)).toMatchObject({ state: 'idle', lastSynced: '2026-11-21T00:00:00.000Z' })
    expect(told.at(-1)).not.toHaveProperty('error')
  })
})
