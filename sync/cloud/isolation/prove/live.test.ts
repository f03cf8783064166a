/** On a server that is in use: other facilities are not touched, nothing is left, and what a killed proof left is cleared. */
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Workstation } from '../../client/workstation.ts'
import { clinicIn } from '../../testing/clinic.ts'
import { forFile } from '../../testing/for-file.ts'
import { connected, testCloud } from '../../testing/postgres.ts'
import { reading } from './attacks/reading.ts'
import { holdForProof } from './clearing.ts'
import { differences, fingerprint } from './fingerprint.ts'
import { prove } from './proof.ts'
import { openStage } from './stage.ts'

const cloud = forFile(testCloud)
let station: Workstation
beforeAll(async () => {
  ;({ station } = await clinicIn(cloud, 'isolation proof of nothing', 1))
})
afterAll(() => station?.close())

const asAdmin = <T>(work: (client: pg.Client) => Promise<T>) => connected(cloud.admin, work)
const few = () => prove(cloud, { attacks: reading.slice(0, 3), faults: [] })
const everything = () => asAdmin(fingerprint)

test('other facilities and everything else are as they were, also when their gateway works meanwhile', async () => {
  const before = await everything()
  const [proof] = await Promise.all([few(), station.pull(0, 10)])
  expect(proof).toMatchObject({ ok: true, leftBehind: [] })
  expect(await everything()).toEqual(before)
  expect((await station.hello()).status).toBe(200)
}, 60_000)

test('what a killed proof has left is cleared by the next one, and nobody else’s facility, whatever its name', async () => {
  const before = await everything()
  const killed = await openStage(cloud)
  // As after a kill: its connections end, nothing is cleared.
  expect((await everything()).size).toBeGreaterThan(before.size)
  expect(await few()).toMatchObject({ ok: true, leftBehind: [] })
  expect(await everything()).toEqual(before)
  await killed.close()
}, 60_000)

test('a proof that fails half-way clears up all the same', async () => {
  const before = await everything()
  const stop = new AbortController()
  const stopped = prove(cloud, {
    attacks: reading,
    faults: [],
    signal: stop.signal,
    onProgress: () => stop.abort(new Error('stopped')),
  })
  await expect(stopped).rejects.toThrow('stopped')
  expect(await everything()).toEqual(before)
}, 60_000)

test('two proofs at once: the second is told to wait, and clears nothing of the first', async () => {
  const client = new pg.Client(cloud.admin)
  await client.connect()
  try {
    await holdForProof(client)
    await expect(few()).rejects.toMatchObject({ code: 'proof-running' })
  } finally {
    await client.end()
  }
})

test('something left behind is seen, and what others did meanwhile is not taken for it', async () => {
  const before = await everything()
  await asAdmin((client) => client.query('create schema forgotten; create role forgotten'))
  const other = await cloud.facility('Made meanwhile')
  const after = await everything()
  expect(differences(before, after, []).sort()).toEqual(['role forgotten', 'schema forgotten'])
  expect(differences(before, after, [other.role])).toContain(`role ${other.role}`)
  await asAdmin((client) => client.query('drop schema forgotten; drop role forgotten'))
})

test('a gateway whose login is kept elsewhere is not shut out', async () => {
  await expect(prove({ ...cloud, state: `${cloud.dir}/elsewhere` }, { attacks: [], faults: [] })).rejects.toMatchObject(
    {
      code: 'other-state',
    },
  )
  expect((await station.hello()).status).toBe(200)
})
