import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Clinic, createClinic, unwrap } from '../clinic.ts'
import { FLOOR } from '../keyring/argon2.ts'

const dir = mkdtempSync(join(tmpdir(), 'alcove-sync-'))
let clinic: Clinic
const events: string[] = []

beforeAll(async () => {
  const admin = { login: 'admin', name: 'Admin', password: 'correct horse battery' }
  const emit = (event: string) => events.push(event)
  clinic = (await createClinic({ dir, facility: 'Hill Clinic', admin, recoveryNoted: true, kdf: FLOOR, emit })).clinic
})
afterAll(async () => {
  await clinic.close()
  rmSync(dir, { recursive: true })
})

async function enrolled(facility: string): Promise<void> {
  unwrap(await clinic.dispatch('sync.enroll', { code: 'ALC1-…' }))
  await clinic.outbox.enrolled({
    url: 'https://10.0.0.7:8443',
    pin: 'ab'.repeat(32),
    facility,
    device: clinic.device,
    secret: randomBytes(32).toString('base64url'),
    privateKey: 'key',
    epoch: 'e1',
  })
}

test('sync is off until somebody is enrolled, and says what to do', async () => {
  expect(unwrap(await clinic.dispatch('sync.status', {}))).toMatchObject({ enabled: false, state: 'off', failed: 0 })
  expect(await clinic.dispatch('sync.now', {})).toMatchObject({ ok: false, error: { code: 'sync-off' } })
  expect(await clinic.dispatch('sync.on', {})).toMatchObject({
    ok: false,
    error: { code: 'sync-off', message: expect.stringContaining('Enroll') },
  })
  expect(unwrap(await clinic.dispatch('sync.off', {}))).toMatchObject({ enabled: false })
})

test('the switch is on record, and everyone who looks is told', async () => {
  await enrolled('f1')
  events.length = 0
  expect(unwrap(await clinic.dispatch('sync.off', {}))).toMatchObject({
    enabled: false,
    state: 'off',
    remote: 'https://10.0.0.7:8443',
  })
  expect(unwrap(await clinic.dispatch('sync.on', {}))).toMatchObject({ enabled: true, state: 'idle' })
  expect(events.filter((event) => event === 'sync.status')).toHaveLength(2)
  const { entries } = unwrap(await clinic.dispatch('sync.waiting', { limit: 500 }))
  expect(entries.map(({ record }) => record)).toEqual(expect.arrayContaining(['sync.enrolled', 'sync.off', 'sync.on']))
  expect(entries.map(({ dseq }) => dseq)).toEqual(entries.map((_, at) => at + 1))
})

test('what was refused comes first in the list, then what waits; neither says anything of what is in it', async () => {
  const remote = await clinic.outbox.remote()
  if (!remote) throw new Error('not enrolled')
  await clinic.outbox.park(remote.id, 1, 'bad-entry')
  await clinic.outbox.acknowledge(remote.id, 3, (await clinic.outbox.hashAt(3)) ?? '')
  const { entries } = unwrap(await clinic.dispatch('sync.waiting', { limit: 3 }))
  expect(entries.map(({ dseq, parked }) => [dseq, parked?.code])).toEqual([
    [1, 'bad-entry'],
    [4, undefined],
    [5, undefined],
  ])
  expect(Object.keys(entries[1] ?? {}).sort()).toEqual(['at', 'dseq', 'record', 'summary'])
  expect(unwrap(await clinic.dispatch('sync.status', {}))).toMatchObject({ failed: 1 })
})
