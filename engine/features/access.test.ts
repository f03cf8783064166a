import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AccessRow, accessText } from '../../domain/access-log.ts'
import { type Clinic, createClinic, unwrap } from '../clinic.ts'
import { FLOOR } from '../keyring/argon2.ts'
import { contextOf } from '../scratch.ts'
import { listed } from './access.ts'

const home = mkdtempSync(join(tmpdir(), 'alcove-access-'))
const dir = join(home, 'clinic')
const OTHER = 'ffffffffffffffff'
let clinic: Clinic
let log: AccessRow[] = []
let remote = ''

beforeAll(async () => {
  const admin = { login: 'admin', name: 'Admin', password: 'correct horse battery' }
  clinic = (await createClinic({ dir, facility: 'Hill Clinic', admin, recoveryNoted: true, kdf: FLOOR })).clinic
})
afterAll(async () => {
  await clinic.close()
  rmSync(home, { recursive: true })
})

function came(act: string, device: string, outcome = 'ok', address = '10.0.0.7'): void {
  const last = log.at(-1)
  const seq = (last?.seq ?? 0) + 1
  const at = new Date(Date.parse('2026-11-20T08:00:00Z') + seq * 60_000).toISOString()
  const row = { seq, at, device, act, rows: seq, address, outcome, prev: last?.hash ?? '' }
  log = [...log, { ...row, hash: createHash('sha256').update(accessText(row)).digest('hex') }]
}

const list = async (input: object = {}) => unwrap(await clinic.dispatch('access.list', input))
const status = async () => unwrap(await clinic.dispatch('access.status', {}))

test('before a clinic is enrolled there is nothing, and it says so', async () => {
  expect(await status()).toEqual({ enrolled: false, rows: 0, devices: [], breaks: [] })
  expect(await list()).toEqual({ rows: [] })
  expect(await clinic.dispatch('access.export', { path: join(home, 'no.csv'), format: 'csv' })).toMatchObject({
    ok: false,
    error: { code: 'sync-off' },
  })
})

test('the newest first, in pages, by whom, what, and what was refused', async () => {
  unwrap(await clinic.dispatch('sync.enroll', { code: 'ALC1-…' }))
  await clinic.outbox.enrolled({
    ...{ url: 'https://10.0.0.7:8443', pin: 'ab'.repeat(32), facility: 'f1', device: clinic.device, epoch: 'e1' },
    ...{ secret: randomBytes(32).toString('base64url'), privateKey: 'key' },
  })
  remote = (await clinic.outbox.remote())?.id ?? ''
  expect(await status()).toEqual({ enrolled: true, rows: 0, devices: [], breaks: [] })
  came('enroll', clinic.device)
  came('push', clinic.device)
  came('pull', OTHER)
  came('push', OTHER, 'fork', '=1+1')
  came('operator-revoke', OTHER)
  await clinic.outbox.addAccess(remote, { epoch: 'e1', rows: log, head: log.at(-1) as AccessRow })
  const first = await list({ limit: 2 })
  expect(first.rows.map(({ by, act, device }) => [by, act, device])).toEqual([
    ['operator', 'operator-revoke', OTHER],
    ['workstation', 'push', OTHER],
  ])
  const rest = await list({ limit: 3, before: first.next })
  expect(rest.rows.map(({ seq, by }) => [seq, by])).toEqual([
    [3, 'workstation'],
    [2, 'here'],
    [1, 'here'],
  ])
  expect(rest).not.toHaveProperty('next')
  const seqs = async (input: object) => (await list(input)).rows.map(({ seq }) => seq)
  expect(await seqs({ who: OTHER })).toEqual([4, 3])
  expect(await seqs({ who: 'operator' })).toEqual([5])
  expect(await seqs({ act: 'push' })).toEqual([4, 2])
  expect(await seqs({ refused: true })).toEqual([4])
  expect(await status()).toMatchObject({
    rows: 5,
    since: log[0]?.at,
    readAt: expect.stringMatching(/^20/),
    devices: expect.arrayContaining([
      { device: clinic.device, here: true },
      { device: OTHER, here: false },
    ]),
    breaks: [],
  })
  expect(await clinic.dispatch('access.list', { before: 'nowhere' })).toMatchObject({ error: { code: 'bad-input' } })
})

test('a log that is not to be had while all else is exchanged is told, and no more once it was read again', async () => {
  const read = Date.parse((await status()).readAt ?? '')
  const synced = (hours: number) =>
    clinic.outbox.report(remote, { state: 'idle', lastSynced: new Date(read + hours * 3_600_000).toISOString() })
  await synced(1)
  expect(await status()).not.toHaveProperty('behind')
  await synced(4)
  expect(await status()).toMatchObject({ behind: true })
  await synced(0)
  expect(await status()).not.toHaveProperty('behind')
})

test('all of it goes out, to be checked elsewhere; a formula that came with it does not', async () => {
  const [json, csv] = [join(home, 'log.json'), join(home, 'log.csv')]
  expect(unwrap(await clinic.dispatch('access.export', { path: json, format: 'json' }))).toMatchObject({ rows: 5 })
  expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ facility: 'f1', breaks: [], rows: log })
  unwrap(await clinic.dispatch('access.export', { path: csv, format: 'csv' }))
  const lines = readFileSync(csv, 'utf8').split('\r\n')
  expect(lines).toHaveLength(7)
  expect(lines[0]).toBe('seq,at,device,act,rows,address,outcome,prev,hash')
  expect(lines[4]).toContain(",'=1+1,fork,")
  expect(
    readdirSync(home)
      .filter((name) => name.startsWith('log.'))
      .sort(),
  ).toEqual(['log.csv', 'log.json'])
  expect(await clinic.dispatch('access.export', { path: join(dir, 'log.csv'), format: 'csv' })).toMatchObject({
    error: { code: 'bad-input' },
  })
  const { entries } = unwrap(await clinic.dispatch('activity.list', { kind: 'admin' }))
  expect(entries.filter(({ record }) => record === 'access.exported')).toHaveLength(2)
})

test('a chain that broke stays broken, with the row and the moment', async () => {
  const last = log.at(-1) as AccessRow
  came('push', clinic.device)
  const changed = { ...(log.at(-1) as AccessRow), address: '192.0.2.1' }
  await clinic.outbox.addAccess(remote, { epoch: 'e1', rows: [changed], head: changed })
  came('pull', clinic.device)
  const next = log.at(-1) as AccessRow
  expect(last.seq + 2).toBe(next.seq)
  await clinic.outbox.addAccess(remote, { epoch: 'e1', rows: [next], head: next })
  const { breaks } = await status()
  expect(breaks).toEqual([{ seq: 6, what: 'changed', foundAt: expect.stringMatching(/^20/) }])
})

test('a list is found by an index, whatever it is asked for; that the chain broke is in the activity', async () => {
  const { db } = contextOf(clinic)
  const plan = (filter: Parameters<typeof listed>[0]) =>
    db
      .all<{ detail: string }>(`explain query plan ${listed(filter)}`, {
        ...{ remote, at: '~', seq: 0, hash: '', who: OTHER, act: 'push', limit: 10 },
      })
      .map(({ detail }) => detail)
      .join()
  for (const [filter, index] of [
    [{}, 'access_row_at'],
    [{ who: OTHER }, 'access_row_who'],
    [{ act: 'push' }, 'access_row_act'],
    [{ refused: true }, 'access_row_refused'],
  ] as const) {
    expect(plan(filter)).toContain(`INDEX ${index}`)
    expect(plan(filter)).not.toMatch(/SCAN|TEMP B-TREE/)
  }
  const { entries } = unwrap(await clinic.dispatch('activity.list', { kind: 'admin' }))
  expect(entries.filter(({ record }) => record === 'access.broken').map(({ summary }) => summary)).toEqual([
    'Found that the list of who came to the cloud copy does not hold',
  ])
})
