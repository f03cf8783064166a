/** Moves during which something goes wrong with a server; and to a database of its own on the same server. */
import { execFileSync } from 'node:child_process'
import { chownSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { postgresUser } from '../postgres/binaries.ts'
import { openLocalPostgres } from '../postgres/local.ts'
import { clinicIn } from '../testing/clinic.ts'
import { forFile } from '../testing/for-file.ts'
import { onOther, TO_TRY } from '../testing/other-postgres.ts'
import { connected, endServer, type TestCluster } from '../testing/postgres.ts'
import { giveLogin, traces, twoServers, whereItWrites, working } from '../testing/two-servers.ts'
import { addServer } from './add.ts'
import { type MoveStep, moveFacility } from './move.ts'

const servers = forFile(twoServers)

async function atWork(name: string, entries = 100) {
  const { facility, station } = await clinicIn(servers.cloud, name)
  for (let n = 0; n < entries; n++) station.change('patient', `p${n}`, { family: `F${n}`, note: 'x'.repeat(500) })
  expect((await station.push()).status).toBe(200)
  return { facility, station }
}

const count = (admin: TestCluster['admin'], schema: string) =>
  connected(admin, async (client) => {
    const { rows } = await client.query(`select count(*)::int as count, max(seq)::int as max from ${schema}.journal`)
    return rows[0]
  })

async function query(admin: TestCluster['admin'], text: string): Promise<void> {
  await connected(admin, (client) => client.query(text))
}

/** The second server again after it was ended, at whatever port it gets. */
async function restartSecond(): Promise<void> {
  const { second, cloud } = servers
  second.admin = (await openLocalPostgres(second.dir)).admin
  giveLogin('second', second)
  await addServer(cloud, 'second', second.admin)
}

test('the other server’s disk is full: nothing is lost, and the old copy serves again', async ({ skip }) => {
  const { second, cloud } = servers
  const small = join(second.dir, 'small')
  mkdirSync(small)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', small], { stdio: 'ignore' })
  } catch {
    return skip('this machine does not let us make a small disk')
  }
  try {
    const { uid, gid } = postgresUser()
    if (uid !== undefined && gid !== undefined) chownSync(small, uid, gid)
    await query(second.admin, `create tablespace small location '${small}'`)
    await query(second.admin, 'grant create on tablespace small to fleet_owner')
    await query(second.admin, 'alter role fleet_owner set default_tablespace = small')
    await query(second.admin, 'alter role alcove_provisioner set default_tablespace = small')
    await query(second.admin, "alter database alcove set default_tablespace = 'small'")
    const { facility, station } = await atWork('Large', 5000)
    const work = working(station)
    await expect(moveFacility(cloud, facility.facility, 'second')).rejects.toMatchObject({
      code: 'server-full',
      message: expect.stringContaining('at work'),
    })
    await work.stop()
    expect(await whereItWrites([cloud, second], facility.schema)).toEqual([0])
    expect(await traces(second, facility.schema)).toEqual({ schema: false, role: false })
    expect(await count(cloud.admin, facility.schema)).toEqual({
      count: station.entries.length,
      max: station.entries.length,
    })
    await query(second.admin, 'alter database alcove reset default_tablespace')
    await query(second.admin, 'alter role fleet_owner reset default_tablespace')
    await query(second.admin, 'alter role alcove_provisioner reset default_tablespace')
    await query(second.admin, 'drop tablespace small')
    await moveFacility(cloud, facility.facility, 'second')
    expect(await count(second.admin, facility.schema)).toEqual({
      count: station.entries.length,
      max: station.entries.length,
    })
    station.close()
  } finally {
    execFileSync('umount', ['-l', small], { stdio: 'ignore' })
  }
}, 120_000)

test.each(['copied', 'sealed', 'compared'] as const)(
  'the other server is gone at “%s”: the facility works on where it was, and moves when that server is back',
  async (at) => {
    const { facility, station } = await atWork(`Lost ${at}`)
    const work = working(station)
    const failed = moveFacility(servers.cloud, facility.facility, 'second', { onStep: ending(servers.second, at) })
    await expect(failed).rejects.toMatchObject({ code: expect.stringMatching(/^(server-lost|postgres-unreachable)$/) })
    await work.stop()
    await restartSecond()
    expect(await whereItWrites([servers.cloud, servers.second], facility.schema)).toEqual([0])
    await moveFacility(servers.cloud, facility.facility, 'second')
    expect(await whereItWrites([servers.cloud, servers.second], facility.schema)).toEqual([1])
    const { length } = station.entries
    expect(await count(servers.second.admin, facility.schema)).toEqual({ count: length, max: length })
    station.close()
  },
  60_000,
)

test.each(['copied', 'sealed', 'switched'] as const)(
  'the server that it leaves is gone at “%s”: it says what to do, and doing it brings it to its end',
  async (at) => {
    const { facility, station } = await atWork(`Left ${at}`)
    await moveFacility(servers.cloud, facility.facility, 'second')
    const onStep = ending(servers.second, at)
    const failed = await moveFacility(servers.cloud, facility.facility, 'home', { onStep }).catch((error) => error)
    if (at === 'switched') expect(failed).toMatchObject({ to: 'home', kept: true })
    else expect(failed.code).toMatch(at === 'sealed' ? /^move-unfinished$/ : /^(server-lost|move-unfinished)$/)
    await restartSecond()
    const again = await moveFacility(servers.cloud, facility.facility, 'home').catch((error) => error)
    expect(again.code ?? again.to).toBe('home')
    expect(await whereItWrites([servers.cloud, servers.second], facility.schema)).toEqual([0])
    expect(await traces(servers.second, facility.schema)).toEqual({ schema: false, role: false })
    station.change('patient', 'last', { family: 'L' })
    expect((await station.push(station.entries.length)).status).toBe(200)
    expect(await count(servers.cloud.admin, facility.schema)).toEqual({ count: 101, max: 101 })
    station.close()
  },
  60_000,
)

test('a copy that is not the same is not used', async () => {
  const { facility, station } = await atWork('Altered')
  const { schema } = facility
  const alterations: [MoveStep, string][] = [
    ['ahead', `update ${schema}.journal set body = body || ' ' where seq = 3`],
    ['ahead', `delete from ${schema}.access_log where seq = 1`],
    ['ahead', `update ${schema}.record set fields = fields || '{"family": "Other"}' where id = 'p7'`],
    ['ahead', `delete from ${schema}.record where id = 'p8'`],
    ['filled', `update ${schema}.record set fields = fields || '{"family": "Other"}' where id = 'late'`],
    ['filled', `delete from ${schema}.record where id = 'p9'`],
    [
      'filled',
      `update ${schema}.journal set body = body || ' ' where dseq = (select max(dseq) from ${schema}.journal)`,
    ],
    ['filled', `delete from ${schema}.journal where seq = 100`],
    ['filled', `insert into ${schema}.blob (tag, hash, content) select tag, 'x', 'x' from ${schema}.head`],
    ['filled', `update ${schema}.device set dseq = dseq - 1`],
  ]
  for (const [at, alteration] of alterations) {
    const onStep = async (step: MoveStep) => {
      if (step === 'copied') {
        station.change('patient', 'late', { family: 'L' })
        expect((await station.push(station.entries.length)).status).toBe(200)
      }
      if (step === at) await query(servers.second.admin, alteration)
    }
    const failed = await moveFacility(servers.cloud, facility.facility, 'second', { onStep }).catch((error) => error)
    expect([alteration, failed.code]).toEqual([alteration, 'copy-differs'])
    expect(await whereItWrites([servers.cloud, servers.second], schema)).toEqual([0])
  }
  station.change('patient', 'last', { family: 'L' })
  expect((await station.push(station.entries.length)).status).toBe(200)
  station.close()
}, 60_000)

test('to a database of its own on the same server, and back: one role, and only ever one way in', async () => {
  const { cloud } = servers
  const hba = join(cloud.dir, 'postgres', 'pg_hba.conf')
  const own = { ...cloud, admin: { ...cloud.admin, database: 'own' } }
  execFileSync('sed', ['-i', 's/^host    alcove /host    alcove,own /; s/alcove,postgres/alcove,own,postgres/', hba])
  await query(cloud.admin, 'create database own template template0')
  await query(cloud.admin, 'select pg_reload_conf()')
  giveLogin('own', own)
  await addServer(cloud, 'own', own.admin)
  const { facility, station } = await atWork('Own database')
  const work = working(station)
  await moveFacility(cloud, facility.facility, 'own')
  expect(await whereItWrites([cloud, own], facility.schema)).toEqual([1])
  expect(await traces(cloud, facility.schema)).toEqual({ schema: false, role: true })
  await moveFacility(cloud, facility.facility, 'home', { keep: true })
  expect(await whereItWrites([cloud, own], facility.schema)).toEqual([0])
  await moveFacility(cloud, facility.facility, 'own')
  expect(await whereItWrites([cloud, own], facility.schema)).toEqual([1])
  await work.stop()
  const { length } = station.entries
  expect(await count(own.admin, facility.schema)).toEqual({ count: length, max: length })
  station.close()
}, 60_000)

test.for(TO_TRY)(
  'from one major version to another, %s, and back',
  onOther(
    async (other, version) => {
      const { cloud } = servers
      const third = { ...cloud, admin: other.cluster.admin }
      giveLogin('third', third)
      await addServer(cloud, 'third', third.admin)
      const { facility, station } = await atWork(`Version ${version}`)
      const work = working(station)
      await moveFacility(cloud, facility.facility, 'third')
      expect(await whereItWrites([cloud, third], facility.schema)).toEqual([1])
      await moveFacility(cloud, facility.facility, 'home')
      expect(await whereItWrites([cloud, third], facility.schema)).toEqual([0])
      await work.stop()
      const { length } = station.entries
      expect(await count(cloud.admin, facility.schema)).toEqual({ count: length, max: length })
      station.close()
    },
    { registry: false },
  ),
)

/** Ends a server when the move has come to a step. */
function ending({ dir }: TestCluster, at: MoveStep): (step: MoveStep) => void {
  return (step) => {
    if (step === at) endServer(dir)
  }
}
