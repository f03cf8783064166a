/** When something may have gone wrong all the same: on a real PostgreSQL, with workstations at work and a neighbor beside. */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type pg from 'pg'
import { beforeEach, expect, test } from 'vitest'
import { exportFacility } from '../archive/export.ts'
import { Workstation } from '../client/workstation.ts'
import { newRecoverySecret, writeRecoveryCode } from '../keys/recovery-code.ts'
import type { NewFacility } from '../provision/create.ts'
import { inviteWorkstation } from '../provision/reenroll.ts'
import { revokeDevice, rotateFacility } from '../provision/rotate.ts'
import { suspendFacility } from '../provision/suspend.ts'
import { clinicIn } from '../testing/clinic.ts'
import { forFile } from '../testing/for-file.ts'
import { connected, loginOf, refusal, testCloud } from '../testing/postgres.ts'
import { gather } from './evidence.ts'
import { freeze, freezeAll, thaw } from './freeze.ts'
import { momentOf } from './moment.ts'
import { draftNotice } from './notice.ts'

const MAIN = join(import.meta.dirname, '..', 'main.ts')
const CANARY = 'CANARY-OBSCURE-FAMILY'
const cloud = forFile(testCloud)
let facility: NewFacility
let neighbor: NewFacility
let station: Workstation
let beside: Workstation
let made = 0

beforeEach(async () => {
  made += 1
  ;({ facility, station } = await clinicIn(cloud, `Hill Clinic ${made}`))
  ;({ facility: neighbor, station: beside } = await clinicIn(cloud, `Valley Clinic ${made}`))
  for (const one of [station, beside]) {
    one.change('patient', randomUUID(), { family: CANARY, sex: 'female' })
    expect((await one.push()).status).toBe(200)
  }
  return () => {
    station.close()
    beside.close()
  }
})

const actsOf = async ({ schema }: NewFacility): Promise<string[]> =>
  connected(cloud.admin, async (client) =>
    (await client.query(`select act from ${schema}.access_log order by seq`)).rows.map(({ act }) => act),
  )

/** A command, as it is typed. */
async function command(...args: string[]) {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, 'incident', ...args, '--data', cloud.dir])
    return { code: 0, stdout }
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string }
    return { code, stdout }
  }
}

test('a frozen facility is closed at once: to its workstations, to its open sessions, to its own password; the neighbor notices nothing', async () => {
  const login = await loginOf(cloud, facility, station)
  const neighborLogin = await loginOf(cloud, neighbor, beside)
  await connected(neighborLogin, (quiet) =>
    connected(login, async (inside) => {
      await inside.query(`begin; select * from ${facility.schema}.head for update`)
      // The session holds the head's lock, as an intruder's might: freezing does not wait for it.
      expect(await freeze(cloud, facility.facility)).toMatchObject({
        name: `Hill Clinic ${made}`,
        state: 'frozen',
        sessions: expect.any(Number),
      })
      expect(await refusal(inside, 'select 1')).not.toBe('accepted')
      expect(await refusal(quiet, `select * from ${neighbor.schema}.head`)).toBe('accepted')
    }),
  )
  await expect(connected(login, (client) => client.query('select'))).rejects.toMatchObject({ code: '28000' })
  station.change('patient', randomUUID(), { family: CANARY, sex: 'female' })
  for (const answer of [
    await station.push(2),
    await station.hello(),
    await station.pull(0, 1),
    await station.access(0, 1),
  ])
    expect([answer.status, answer.body.error.code]).toEqual([403, 'frozen'])
  // Only who has proved to be of the facility is told.
  const stranger = Object.assign(new Workstation(cloud.address), {
    facility: facility.facility,
  })
  expect((await stranger.hello()).status).toBe(401)
  stranger.close()

  beside.change('patient', randomUUID(), { family: CANARY, sex: 'female' })
  expect((await beside.push(2)).status).toBe(200)

  // What had been taken is there, what was not is taken afterwards, and the clinic reads in its own log what happened.
  await freeze(cloud, facility.facility)
  expect((await actsOf(facility)).filter((act) => act.startsWith('operator'))).toEqual(['operator-freeze'])
  expect(await thaw(cloud, facility.facility)).toMatchObject({ state: 'active' })
  expect((await station.push(2)).status).toBe(200)
  expect((await actsOf(facility)).filter((act) => act.startsWith('operator'))).toEqual([
    'operator-freeze',
    'operator-thaw',
  ])
  expect(await actsOf(neighbor)).toEqual(['enroll', 'push', 'push'])
  await expect(thaw(cloud, facility.facility)).rejects.toMatchObject({ code: 'facility-active' })
})

test('an enrollment code opens nothing while the facility is frozen, and is good afterwards', async () => {
  const fresh = await cloud.facility(`Lake Clinic ${made}`)
  await freeze(cloud, fresh.facility)
  const late = new Workstation(cloud.address)
  expect((await late.enroll(fresh.enrollmentCode)).body.error.code).toBe('frozen')
  await thaw(cloud, fresh.facility)
  expect((await late.enroll(fresh.enrollmentCode)).status).toBe(200)
  late.close()
})

test('a freeze that another command holds up closes the door all the same, and says what is still to do', async () => {
  await connected(cloud.admin, async (other) => {
    await other.query('begin')
    await other.query('select from registry.facility where id = $1 for update', [facility.facility])
    await expect(freeze(cloud, facility.facility)).rejects.toMatchObject({ code: 'facility-busy' })
    await other.query('rollback')
  })
  await expect(connected(await loginOf(cloud, facility, station), async () => {})).rejects.toMatchObject({
    code: '28000',
  })
  expect(await freeze(cloud, facility.facility)).toMatchObject({ state: 'frozen' })
}, 20_000)

test('all can be frozen but those that are named, and a suspended one does not come back by it', async () => {
  const suspended = await cloud.facility(`River Clinic ${made}`)
  await suspendFacility(cloud, suspended.facility)
  const frozen = await freezeAll(cloud, [neighbor.facility])
  const stateOf = ({ facility: id }: NewFacility) => frozen.find((one) => one.facility === id)?.state
  expect([facility, neighbor, suspended].map(stateOf)).toEqual(['frozen', undefined, 'suspended'])
  expect((await beside.hello()).status).toBe(200)
  expect((await station.hello()).body.error.code).toBe('frozen')
  await expect(thaw(cloud, suspended.facility)).rejects.toMatchObject({ code: 'facility-suspended' })
  for (const one of frozen) if (one.state === 'frozen') await thaw(cloud, one.facility)
})

test('one that cannot be closed keeps none of the others open', async () => {
  const [first, second] = [facility, neighbor].sort((a, b) => (a.facility < b.facility ? -1 : 1)) as [
    NewFacility,
    NewFacility,
  ]
  const moveTo = (server: string) =>
    connected(cloud.admin, (client) =>
      client.query('update registry.facility set server = $2 where id = $1', [first.facility, server]),
    )
  await connected(cloud.admin, (client) =>
    client.query("insert into registry.server (id, host, port, database) values ('far', '127.0.0.1', 1, 'far')"),
  )
  await moveTo('far')
  await expect(freezeAll(cloud, [])).rejects.toMatchObject({
    code: 'not-all-frozen',
    message: expect.stringContaining('ALCOVE_SERVER_URL_FAR'),
  })
  const { rows } = await connected(cloud.admin, (client) =>
    client.query('select rolcanlogin as may from pg_roles where rolname = $1', [second.role]),
  )
  expect(rows).toEqual([{ may: false }])
  await moveTo('home')
  for (const one of await freezeAll(cloud, [])) if (one.state === 'frozen') await thaw(cloud, one.facility)
})

const lately = () => ({ since: new Date(Date.now() - 3_600_000), until: new Date(Date.now() + 1000) })

test('what is known of a facility is gathered without a word of any record, and its clinic sees that it was', async () => {
  const evidence = await gather(cloud, facility.facility, lately())
  expect(evidence).toMatchObject({
    facility: { id: facility.facility, name: `Hill Clinic ${made}`, state: 'active' },
    chain: { ok: true, rows: 2, breaks: [] },
    devices: [{ id: station.device, revokedAt: null }],
    enrollments: [{ usedBy: station.device }],
  })
  expect(evidence.tallies.map(({ act, device, address, visits }) => [act, device, address, visits])).toEqual([
    ['enroll', station.device, '127.0.0.1', 1],
    ['push', station.device, '127.0.0.1', 1],
  ])
  expect(JSON.stringify(evidence)).not.toContain(CANARY)
  expect(JSON.stringify(evidence)).not.toContain(beside.device)
  expect((await actsOf(facility)).at(-1)).toBe('operator-inspect')
  const later = { since: new Date(Date.now() + 60_000), until: new Date(Date.now() + 120_000) }
  expect(await gather(cloud, facility.facility, later)).toMatchObject({ visits: [], chain: { ok: true, rows: 3 } })
})

test.each<[string, string, object[]]>([
  ['a changed row', `update $S.access_log set address = '192.0.2.9' where seq = 2`, [{ seq: 2, what: 'changed' }]],
  ['a row taken out', 'delete from $S.access_log where seq = 2', [{ seq: 3, what: 'missing' }]],
  ['the end taken off', 'delete from $S.access_log where seq > 2', [{ seq: 4, what: 'lost' }]],
])('tampering shows to the operator too: %s', async (_, statement, breaks) => {
  await station.pull(0, 10)
  await station.access(0, 10)
  await connected(cloud.admin, (client) => client.query(statement.replaceAll('$S', facility.schema)))
  const { chain } = await gather(cloud, facility.facility, lately())
  expect(chain).toMatchObject({ ok: false, breaks })
})

test('the draft has the facts in it, the gaps marked, the clocks reckoned, and nothing that a tampered row could draw', async () => {
  await station.pull(0, 10)
  const evidence = await gather(cloud, facility.facility, lately())
  const [tally] = evidence.tallies
  if (!tally) throw new Error('nobody came')
  const forged = {
    ...evidence,
    tallies: [{ ...tally, address: '| <img src=x> | [a](http://evil)' }, ...evidence.tallies],
  }
  const draft = draftNotice(forged, new Date('2026-11-21T03:10:00Z'))
  expect(draft).toContain(`Hill Clinic ${made}`)
  expect(draft).toContain('Entries that workstations fetched from the cloud: 1, in 1 fetch.')
  for (const due of ['2026-11-21 09:10 UTC', '2026-11-24 03:10 UTC', '2027-01-20 03:10 UTC'])
    expect(draft).toContain(due)
  for (const rule of ['164.404', '164.406', '164.408', '164.410', 'rule 7(1)', 'rule 7(2)(b)', 'CERT-In'])
    expect(draft).toContain(rule)
  expect(draft.match(/TO BE WRITTEN/g)?.length).toBeGreaterThan(12)
  expect(draft).not.toMatch(/(?<!\\)<img|(?<!\\)\[a\]/)
  expect(draftNotice(evidence, undefined)).toContain('from the time of discovery')
})

test('the draft counts what the operator took out, tells each of its acts with its time, and takes nobody for somebody else', async () => {
  const archive = (name: string) => join(cloud.dir, `${name}-${made}.age`)
  await exportFacility(cloud, facility.facility, archive('first'))
  await exportFacility(cloud, facility.facility, archive('second'))
  await rotateFacility(cloud, facility.facility)
  await rotateFacility(cloud, facility.facility)
  await revokeDevice(cloud, facility.facility, station.device)
  // Two rotations a minute apart, whatever the clock said.
  const at = (index: number) => `2026-11-21T03:0${index}:07.123Z`
  const gathered = await gather(cloud, facility.facility, lately())
  const visits = gathered.visits.map((row, index) => ({ ...row, at: at(index) }))
  const draft = draftNotice({ ...gathered, visits }, undefined)
  expect(draft).toContain('fetched from the cloud: 0, in 0 fetches.')
  expect(draft).toContain('Archives that the operator made: 2, with 2 entries in all.')
  expect(draft).toContain('TO BE WRITTEN: where each file is')
  expect(draft).toContain('by 1 workstation, from 1 address.')
  expect(draft).toContain(`removed: ${station.device} (`)
  const acts = visits.filter(({ act }) => act.startsWith('operator-'))
  expect(draft.match(/^ {2}- .*$/gm)).toEqual(
    acts.map((row) => {
      const about = row.act === 'operator-revoke' ? ` of ${station.device}` : ''
      return `  - ${row.at.slice(0, 19).replace('T', ' ')} UTC: ${row.act.slice('operator-'.length)}${about}`
    }),
  )
  expect(acts).toHaveLength(5)
  expect(draft).toContain(`| operator | operator-revoke of ${station.device} | console |`)
  expect(draft).not.toContain(`| ${station.device} | operator-`)
  const { stdout } = await command('access', facility.facility, '--since', '24h')
  expect(stdout).toMatch(new RegExp(`^operator +operator-revoke of ${station.device} +console`, 'm'))
  // Refused acts came to nothing, and are told so.
  const wrong = async () => writeRecoveryCode(newRecoverySecret())
  await expect(inviteWorkstation(cloud, facility.facility, wrong, cloud.address)).rejects.toMatchObject({
    code: 'recovery-code',
  })
  expect(draftNotice(await gather(cloud, facility.facility, lately()), undefined)).toMatch(
    /^ {2}- .* UTC: invite, refused \(recovery-code\)$/m,
  )
}, 60_000)

test('as commands: one object each, evidence that is never written over, and what is wrong in a sentence', async () => {
  const name = `Hill Clinic ${made}`
  const frozen = await command('freeze', name, '--json')
  expect(JSON.parse(frozen.stdout)).toMatchObject({ facilities: [{ facility: facility.facility, state: 'frozen' }] })
  // One that cannot be frozen does not hide those that are.
  const some = await command('freeze', 'Nobody’s Clinic', name, '--json')
  expect([some.code, JSON.parse(some.stdout)]).toMatchObject([
    1,
    {
      facilities: [{ facility: facility.facility, state: 'frozen' }],
      notFrozen: [{ facility: 'Nobody’s Clinic', code: 'no-facility' }],
    },
  ])
  const file = join(cloud.dir, `evidence-${made}.json`)
  const gathered = await command('access', name, '--since', '24h', '--out', file, '--json')
  expect(JSON.parse(gathered.stdout)).toMatchObject({ chain: { ok: true }, file })
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ facility: { id: facility.facility } })
  const again = await command('access', name, '--since', '24h', '--out', file, '--json')
  expect([again.code, JSON.parse(again.stdout).error.code]).toEqual([1, 'file-exists'])
  // One letter each: what is told to one clinic does not name the other.
  const letters = join(cloud.dir, `notice-${made}.md`)
  const both = [name, `Valley Clinic ${made}`]
  const drafted = await command('notify-draft', ...both, '--discovered', '2026-11-21T03:10', '--out', letters, '--json')
  const { drafts } = JSON.parse(drafted.stdout) as { drafts: { draft: string; file: string }[] }
  expect(drafts.map(({ file }) => readFileSync(file, 'utf8'))).toEqual(drafts.map(({ draft }) => draft))
  expect(drafts.map(({ draft }) => both.filter((one) => draft.includes(one)))).toEqual(both.map((one) => [one]))
  const prose = await command('access', name, '--since', '24h')
  expect(prose.stdout).toContain('Its access log holds')
  expect(JSON.parse((await command('thaw', name, '--json')).stdout)).toMatchObject({ state: 'active' })
  for (const [args, code] of [
    [['freeze'], 'bad-arguments'],
    [['freeze', name, '--except', name], 'bad-arguments'],
    [['freeze', 'Nobody’s Clinic'], 'no-facility'],
    [['notify-draft', name, '--discovered', '2999-01-01'], 'bad-arguments'],
    [['access', name, '--since', '2999-01-01'], 'bad-arguments'],
    [['access', name], 'bad-arguments'],
    [['access', name, '--since', 'yesterday'], 'bad-arguments'],
    [['access', name, '--since', '2026-01-02', '--until', '2026-01-01'], 'bad-arguments'],
    [['melt', name], 'bad-arguments'],
  ] as const) {
    const { code: exit, stdout } = await command(...args, '--json')
    expect([args.join(' '), exit, JSON.parse(stdout).error.code]).toEqual([args.join(' '), 1, code])
  }
}, 60_000)

test('a moment is read as it is typed at night', () => {
  const now = new Date('2026-11-21T03:10:00Z')
  const read = (typed: string) => momentOf('since', typed, now).toISOString()
  expect(read('90m')).toBe('2026-11-21T01:40:00.000Z')
  expect(read('24h')).toBe('2026-11-20T03:10:00.000Z')
  expect(read('7d')).toBe('2026-11-14T03:10:00.000Z')
  expect(read('2026-11-20')).toBe('2026-11-20T00:00:00.000Z')
  expect(read('2026-11-20 22:05')).toBe('2026-11-20T22:05:00.000Z')
  expect(read('2026-11-20T22:05+05:30')).toBe('2026-11-20T16:35:00.000Z')
  for (const typed of ['', 'soon', '20-11-2026', '2026-13-01', '24', '-1h'])
    expect(() => read(typed)).toThrow('--since')
})

/** That ending one facility's sessions asks of nobody else's: the text of the statement is the only guard there is. */
test('no session but the facility’s own is ended', async () => {
  const others = (client: pg.Client) =>
    client.query(`select pid from pg_stat_activity where usename <> $1 and pid <> pg_backend_pid() order by pid`, [
      facility.role,
    ])
  await connected(cloud.admin, async (client) => {
    await connected(await loginOf(cloud, neighbor, beside), async () => {
      const before = (await others(client)).rows.map(({ pid }) => pid)
      await freeze(cloud, facility.facility)
      const after = (await others(client)).rows.map(({ pid }) => pid)
      expect(before.length).toBeGreaterThan(1)
      expect(after).toEqual(expect.arrayContaining(before))
    })
  })
})
