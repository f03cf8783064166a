/** The operator's acts in a facility's own access log, on a real PostgreSQL. */
import { beforeAll, expect, test } from 'vitest'
import { followChain } from '../../domain/access-log.ts'
import { Workstation } from './client/workstation.ts'
import { asProvisioner } from './cluster.ts'
import { sha256 } from './gateway/access-log.ts'
import { noteOperatorAct } from './operator-act.ts'
import type { NewFacility } from './provision/create.ts'
import { forFile } from './testing/for-file.ts'
import { connected, testCloud } from './testing/postgres.ts'

const cloud = forFile(testCloud)
let one: NewFacility
let two: NewFacility

beforeAll(async () => {
  one = await cloud.facility('One')
  two = await cloud.facility('Two')
})

const logOf = ({ schema }: NewFacility) =>
  connected(cloud.admin, async (client) => {
    const { rows } = await client.query(
      `select log.*, log.seq::int as seq from ${schema}.access_log as log order by log.seq`,
    )
    return rows.map((row) => ({ ...row, at: row.at.toISOString() }))
  })

test('are there beside the workstations’, in one chain, as the provisioner did them', async () => {
  const station = await Workstation.enrolled(one.enrollmentCode)
  const rights = await asProvisioner(cloud, async (client) => {
    await client.query('begin; set local role fleet_owner')
    await noteOperatorAct(client, one, { act: 'revoke', device: station.device })
    await noteOperatorAct(client, two, { act: 'rotate' })
    const { rows } = await client.query('select session_user as session, current_user as current')
    await client.query('commit')
    return rows[0]
  })
  // What comes after it in the transaction is done with the rights from before, and not with a facility's.
  expect(rights).toEqual({ session: 'alcove_provisioner', current: 'fleet_owner' })
  const log = await logOf(one)
  expect(log.map(({ act, device, address, outcome }) => [act, device, address, outcome])).toEqual([
    ['enroll', station.device, '127.0.0.1', 'ok'],
    ['operator-revoke', station.device, 'console', 'ok'],
  ])
  expect(followChain({ seq: 0, hash: '' }, log, sha256).breaks).toEqual([])
  expect((await logOf(two)).map(({ act }) => act)).toEqual(['operator-rotate'])
  // The head moved along: the next visit hangs on the operator's act.
  await station.hello()
  await station.pull(0, 1)
  expect(followChain({ seq: 0, hash: '' }, await logOf(one), sha256).breaks).toEqual([])
  station.close()
})

test('are undone with what they tell of', async () => {
  const before = await logOf(two)
  await asProvisioner(cloud, async (client) => {
    await client.query('begin')
    await noteOperatorAct(client, two, { act: 'suspend' })
    await client.query('rollback')
    const { rows } = await client.query('select session_user as session')
    expect(rows[0].session).toBe('alcove_provisioner')
  })
  expect(await logOf(two)).toEqual(before)
})

test('are refused outside a transaction, where they would be done with an administrator’s rights', async () => {
  const before = await logOf(two)
  await connected(cloud.admin, async (client) => {
    await expect(noteOperatorAct(client, two, { act: 'suspend' })).rejects.toMatchObject({ code: 'no-transaction' })
  })
  expect(await logOf(two)).toEqual(before)
})

test('reach no other facility: the rights are the facility’s own, whoever began', async () => {
  await connected(cloud.admin, async (client) => {
    await client.query('begin')
    const mixed = { role: one.role, schema: two.schema }
    await expect(noteOperatorAct(client, mixed, { act: 'rotate' })).rejects.toMatchObject({ code: '42501' })
    await client.query('rollback')
  })
})
