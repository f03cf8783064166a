/** The operator's acts as scripts and people use them: which facility is meant, in which state, and on a disk that is full. */
import { execFile, execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { Workstation } from '../client/workstation.ts'
import { asProvisioner } from '../cluster.ts'
import { newRecoverySecret, writeRecoveryCode } from '../keys/recovery-code.ts'
import { cloud, facility, made, station } from '../testing/clinic-per-test.ts'
import { connected, loginOf, sqlOn } from '../testing/postgres.ts'
import { findFacility } from './find.ts'
import { resumeFacility, suspendFacility } from './suspend.ts'

const MAIN = join(import.meta.dirname, '..', 'main.ts')
const folder = mkdtempSync(join(tmpdir(), 'alcove-operating-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeEach(async () => {
  station.change('patient', randomUUID(), { family: 'Rao' })
  await station.push()
})

const sql = sqlOn(cloud)

interface Outcome {
  code: number
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers, and a wrong guess fails them
  said: any
  err: string
}

/** A command on the test's own server; its one JSON object. */
async function operate(args: string[], environment: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const { out, ...outcome } = await run([...args, '--json'], environment)
  return { ...outcome, said: JSON.parse(out) }
}

/** The same, and what it says to people. */
function run(args: string[], environment: NodeJS.ProcessEnv = {}): Promise<{ code: number; out: string; err: string }> {
  const { host, port, user, password, database } = cloud.admin
  const env = {
    ...process.env,
    ALCOVE_DATABASE_URL: `postgres://${user}:${password}@${host}:${port}/${database}`,
    XDG_STATE_HOME: folder,
    ...environment,
  }
  return new Promise((done) => {
    const child = execFile(process.execPath, [MAIN, 'facility', ...args], { env, cwd: folder }, (error, out, err) =>
      done({ code: error ? Number(error.code) : 0, out, err }),
    )
    child.stdin?.end()
  })
}

test('a facility’s whole life from the command line, each step one JSON object', async () => {
  const id = facility.facility
  const name = `Clinic ${made}`
  expect((await operate(['list'])).said.facilities.at(-1)).toMatchObject({
    ...{ facility: id, state: 'active', server: 'home', devices: 1, version: expect.any(Number), quotaBytes: 2e10 },
  })
  expect((await operate(['suspend', facility.facility])).said).toEqual({ facility: id, state: 'suspended' })
  const told = await station.hello()
  expect([told.status, told.body.error.code]).toEqual([403, 'suspended'])
  await expect(
    loginOf(cloud, facility, station).then((login) => connected(login, async () => 'in')),
  ).rejects.toMatchObject({ code: '28000' })
  expect((await operate(['suspend', `Clinic ${made}`])).said.state).toBe('suspended')
  expect((await operate(['resume', id])).said.state).toBe('active')
  expect((await station.hello()).status).toBe(200)
  expect((await operate(['rotate', id])).said).toMatchObject({ facility: id, name, devices: 1, refused: [] })

  const needed = await operate(['invite', id])
  expect([needed.code, needed.said.error.code]).toEqual([1, 'recovery-code-needed'])
  const secret = { ALCOVE_RECOVERY_CODE: facility.recoveryCode }
  const invited = await operate(['invite', id], secret)
  const second = new Workstation(cloud.address)
  expect((await second.enroll(invited.said.enrollmentCode)).status).toBe(200)
  const { devices } = (await operate(['devices', id])).said
  expect(devices.map((one: { device: string }) => one.device).sort()).toEqual([station.device, second.device].sort())
  expect((await operate(['revoke', id, second.device])).said).toMatchObject({
    ...{ facility: id, name, revoked: second.device, devices: 1 },
  })
  expect((await second.hello()).body.error.code).toBe('revoked')

  const archive = join(folder, `${randomUUID()}.age`)
  expect((await operate(['export', id, '--out', archive])).said).toMatchObject({ entries: 1, devices: 1 })
  expect((await operate(['export', id])).said.error.code).toBe('bad-arguments')
  await sql(`delete from ${facility.schema}.record`)
  expect((await operate(['restore', id, archive], secret)).said).toMatchObject({ records: 1, entries: 0 })
  expect((await operate(['repair', id])).said).toMatchObject({
    ...{ facility: id, name, changed: [], unchanged: true, revoked: [], unknown: [] },
  })
  const wrong = await operate(['reenroll', id], { ALCOVE_RECOVERY_CODE: writeRecoveryCode(newRecoverySecret()) })
  expect(wrong.said.error.code).toBe('recovery-code')
  const again = await operate(['reenroll', id], secret)
  expect(again.said).toMatchObject({ facility: id, name, revoked: 1, recoveryCode: expect.stringMatching(/^ALR1-/) })

  const last = join(folder, `${randomUUID()}.age`)
  expect((await operate(['remove', id, '--yes'])).said.error.code).toBe('bad-arguments')
  expect((await operate(['remove', id, '--out', last])).said.error.code).toBe('not-confirmed')
  expect((await operate(['remove', id, '--out', last, '--yes'])).said).toMatchObject({
    facility: id,
    file: last,
    entries: 1,
  })
  expect(existsSync(last)).toBe(true)
  for (const act of ['suspend', 'resume', 'rotate', 'repair', 'invite', 'reenroll'])
    expect([act, (await operate([act, id], secret)).said.error.code]).toEqual([act, 'facility-removed'])
  expect(
    (await operate(['restore', id, last], { ALCOVE_RECOVERY_CODE: again.said.recoveryCode })).said.error.code,
  ).toBe('facility-removed')
  expect((await operate(['remove', id, '--out', `${last}2`, '--yes'])).said.error.code).toBe('facility-removed')
  // Its workstations are told that no code leads back, also one that comes with a code of its time.
  expect((await station.hello()).body.error.code).toBe('removed')
  const late = await new Workstation(cloud.address).enroll(again.said.enrollmentCode)
  expect([late.status, late.body.error.code]).toEqual([403, 'removed'])
  const taken = await operate(['create', `Clinic ${made}`])
  expect(taken.said.error).toMatchObject({
    code: 'facility-exists',
    message: expect.stringContaining('names are not given twice'),
  })
  // Nothing that could open anything is left of it.
  const { rows } = await sql(
    `select facility.verifier, signer, recovery_key, recovery_voucher, recovery_wrap,
       (select string_agg(box_key || box_voucher || coalesce(wrap::text, ''), '') from registry.device where facility = $1) as devices,
       (select string_agg(box_key || box_voucher || coalesce(wrap::text, ''), '') from registry.enrollment where facility = $1) as codes
     from registry.facility where id = $1`,
    [id],
  )
  const nothing = { verifier: null, signer: null, recovery_key: null, recovery_voucher: null, recovery_wrap: null }
  expect(rows).toEqual([{ ...nothing, devices: '', codes: '' }])
  second.close()
}, 120_000)

test('which facility it was is said to people too, and what a repair put back', async () => {
  const { facility: id, role } = facility
  const named = `Clinic ${made} (${id})`
  const secret = { ALCOVE_RECOVERY_CODE: facility.recoveryCode }
  expect((await run(['rotate', id])).out).toContain(`${named} has another password. 1 workstation goes on`)
  expect((await run(['repair', id])).out).toBe(`${named} is what it must be. Nothing had to be put back.\n`)
  await sql(`alter role ${role} bypassrls; alter role ${role} connection limit -1`)
  const { out } = await run(['repair', id])
  expect(out.split('\n')[0]).toBe(`${named} is what it must be again.`)
  expect(out).toMatch(new RegExp(`^Put back: The role ${role} is .*bypassrls.*\\.$`, 'm'))
  expect(out).not.toMatch(/Left for you|find out who/)
  const invited = (await run(['invite', id], secret)).out
  expect(invited).toContain(`for one more workstation of ${named}, once: ALC1-`)
  // It would otherwise be taken for a way to have two workstations with the same records.
  expect(invited).toContain('It receives nothing of the other workstations')
  expect((await run(['revoke', id, station.device])).out).toContain(`Workstation ${station.device} of ${named} is out`)
  expect((await run(['reenroll', id], secret)).out).toContain(`${named} has a new way in. No workstation was in.`)
}, 30_000)

describe('which facility is meant', () => {
  const finding = (typed: string) => asProvisioner(cloud, (client) => findFacility(client, typed)).then((one) => one.id)

  test('is said by its id or its exact name', async () => {
    expect(await finding(facility.facility)).toBe(facility.facility)
    expect(await finding(` Clinic ${made} `)).toBe(facility.facility)
    const cafe = await cloud.facility('Caf\u00e9 Clinic')
    expect(await finding('Cafe\u0301 Clinic')).toBe(cafe.facility)
  })

  test.each([
    ['nothing', ''],
    ['half an id', 'f_'],
    ['nobody’s id', `f_${'0'.repeat(32)}`],
    ['slashes', '../../registry'],
    ['quotes', `' or true --`],
    ['more quotes', '"; drop schema registry cascade; --'],
    ['letters that look like others', 'СlinIc 1'],
    ['what cannot be seen', 'Clinic\u200b 1'],
    ['another case', 'clinic 1'],
    ['the beginning of a name', 'Clinic'],
    ['a wildcard', '%'],
    ['ten thousand letters', 'x'.repeat(10_000)],
    ['a zero', 'a\0b'],
    ['half a letter', '\ud800'],
  ])('%s is refused', async (_, typed) => {
    await expect(finding(typed)).rejects.toMatchObject({ code: 'no-facility' })
    await expect(finding(typed)).rejects.toThrow(/^There is no facility of that id or name/)
  })

  test('cannot be mistaken, because no name looks like an id', async () => {
    await expect(cloud.facility(facility.facility)).rejects.toMatchObject({ code: 'bad-name' })
    await expect(cloud.facility(facility.facility.toUpperCase())).rejects.toMatchObject({ code: 'bad-name' })
  })
})

describe('in another state', () => {
  test.each([
    ['frozen', ['suspend', 'resume', 'remove'], 'facility-frozen'],
    ['moving', ['suspend', 'resume', 'rotate', 'repair', 'export', 'remove'], 'facility-moving'],
  ])(
    '%s: what may not be done is refused, and changes nothing',
    async (state, acts, code) => {
      await sql('update registry.facility set state = $2 where id = $1', [facility.facility, state])
      const before = await sql('select * from registry.facility where id = $1', [facility.facility])
      for (const act of acts) {
        const more = ['export', 'remove'].includes(act) ? ['--out', join(folder, randomUUID()), '--yes'] : []
        expect([act, (await operate([act, facility.facility, ...more])).said.error.code]).toEqual([act, code])
      }
      expect((await sql('select * from registry.facility where id = $1', [facility.facility])).rows).toEqual(
        before.rows,
      )
      await sql("update registry.facility set state = 'active' where id = $1", [facility.facility])
    },
    60_000,
  )
})

/** A real, small file system, if this machine lets us have one. */
function smallDisk(name: string, size: string): string | undefined {
  const path = join(folder, name)
  mkdirSync(path)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path], { stdio: 'ignore' })
    return path
  } catch {
    return undefined
  }
}

test('a disk that is full where the archive goes: nothing is left of it, and nothing is dropped', async ({ skip }) => {
  const disk = smallDisk('full', '64k')
  if (!disk) return skip('this machine lets nobody mount a small file system')
  try {
    const noise = Buffer.from(Array.from({ length: 200_000 }, () => Math.random() * 256))
    await sql(`insert into ${facility.schema}.blob (hash, content) values ('x', $1)`, [noise])
    for (const act of ['export', 'remove']) {
      const { said } = await operate([act, facility.facility, '--out', join(disk, 'a.age'), '--yes'])
      expect([act, said.error.code]).toEqual([act, 'disk-full'])
      expect(readdirSync(disk)).toEqual([])
      expect((await station.hello()).status).toBe(200)
    }
    expect((await sql(`select from ${facility.schema}.journal`)).rowCount).toBe(1)
    expect((await asProvisioner(cloud, (client) => findFacility(client, facility.facility))).state).toBe('active')
    // One that was suspended before stays so.
    await suspendFacility(cloud, facility.facility)
    const remove = ['remove', facility.facility, '--out', join(disk, 'a.age'), '--yes']
    expect((await operate(remove)).said.error.code).toBe('disk-full')
    expect((await station.hello()).body.error.code).toBe('suspended')
    await resumeFacility(cloud, facility.facility)
    // One that cannot be resumed: that is said, and how it is done.
    await sql(`create function public.refuse() returns trigger language plpgsql as 'begin raise disk_full; end';
      create trigger refuse before update on registry.facility for each row when (new.state = 'active') execute function public.refuse()`)
    try {
      const { error } = (await operate(remove)).said
      expect(error.code).toBe('stays-suspended')
      expect(error.message).toContain('There is no room for the archive.')
      expect(error.message).toContain(`stays suspended`)
      expect(error.message).toContain(`\`facility resume ${facility.facility}\``)
    } finally {
      await sql('drop function public.refuse() cascade')
    }
    expect((await operate(['resume', facility.facility])).said.state).toBe('active')
    expect((await station.hello()).status).toBe(200)
  } finally {
    execFileSync('umount', [disk])
  }
}, 60_000)

test('a disk that is full where the records are: a facility is not half made', async ({ skip }) => {
  const disk = smallDisk('records', '64k')
  if (!disk) return skip('this machine lets nobody mount a small file system')
  const space = 'small'
  try {
    execFileSync('chown', ['postgres', disk])
    execFileSync('chmod', ['0755', folder])
    await sql(`create tablespace ${space} location '${disk}'`)
    await sql(`grant create on tablespace ${space} to public; alter role fleet_owner set default_tablespace = ${space}`)
    const count = async () =>
      (
        await sql(`select (select count(*)::int from registry.facility) as facilities,
        (select count(*)::int from pg_roles where rolname ~ '^t_') as roles, (select count(*)::int from pg_namespace where nspname ~ '^t_') as schemas`)
      ).rows
    const before = await count()
    await sql(`alter database alcove set default_tablespace = ${space}`)
    const { said } = await operate(['create', `Full ${made}`])
    await sql('alter database alcove reset default_tablespace; alter role fleet_owner reset default_tablespace')
    expect(said.error).toMatchObject({
      code: 'disk-full',
      message: 'The database server’s disk is full. Nothing was changed.',
    })
    expect(await count()).toEqual(before)
    expect((await operate(['create', `Full ${made}`])).code).toBe(0)
  } finally {
    await sql('alter database alcove reset default_tablespace').catch(() => {})
    await sql(`drop tablespace if exists ${space}`).catch(() => {})
    execFileSync('umount', ['-l', disk])
  }
}, 60_000)
