/** Adding servers, and the commands as scripts use them; what bad input gets. */
import { execFile } from 'node:child_process'
import { chownSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { expect, test } from 'vitest'
import { Workstation } from '../client/workstation.ts'
import { setUpCluster } from '../cluster.ts'
import { postgresUser } from '../postgres/binaries.ts'
import { createFacility } from '../provision/create.ts'
import { FACILITY_VERSION } from '../schema/steps.ts'
import { forFile } from '../testing/for-file.ts'
import { connected, type TestCluster, testCluster } from '../testing/postgres.ts'
import { giveLogin, twoServers, urlOf, whereItWrites } from '../testing/two-servers.ts'
import { addServer } from './add.ts'
import { moveFacility } from './move.ts'
import { loginVariable, serverNamed, tlsTo } from './server.ts'

const servers = forFile(twoServers)
const third = forFile(() => testCluster({ registry: false }))

interface Outcome {
  code: number
  answer: Record<string, unknown> & { error?: { code: string; message: string } }
  err: string
}

function cloud(args: string[], environment: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const env = { ...process.env, ALCOVE_DATABASE_URL: urlOf(servers.cloud.admin), ...environment }
  const all = [join(import.meta.dirname, '..', 'main.ts'), ...args, '--state', servers.cloud.state, '--json']
  return new Promise((done) =>
    execFile(process.execPath, all, { env }, (error, out, err) =>
      done({ code: typeof error?.code === 'number' ? error.code : 0, answer: JSON.parse(out || '{}'), err }),
    ),
  )
}

const added = () =>
  connected(servers.cloud.admin, async (client) => {
    const { rows } = await client.query<{ id: string }>('select id from registry.server order by id')
    return rows.map(({ id }) => id)
  })

test('what cannot be a further server is refused, and not noted', async () => {
  const { admin } = third
  const { cloud: home, second } = servers
  const attempts: [string, TestCluster['admin'], string][] = [
    ['home', admin, 'already-home'],
    ['again', home.admin, 'already-home'],
    ['again', { ...home.admin, host: 'localhost' }, 'already-home'],
    ['again', second.admin, 'server-exists'],
    ['Third', admin, 'bad-server-id'],
    ['a'.repeat(33), admin, 'bad-server-id'],
    ["x'; drop table registry.server; --", admin, 'bad-server-id'],
    ['ｔhird', admin, 'bad-server-id'],
    ['third', { ...admin, port: 1 }, 'postgres-unreachable'],
    ['third', { ...admin, password: 'wrong' }, 'postgres-refused'],
    ['third', { ...admin, database: 'nowhere' }, 'postgres-refused'],
    ['third', { ...admin, host: '192.0.2.1' }, 'needs-tls'],
    ['third', { ...admin, host: 'db.example.org' }, 'needs-tls'],
    ['third', { ...admin, ssl: tlsTo('none') }, 'postgres-certificate'],
  ]
  for (const [id, login, code] of attempts)
    expect([id, code, await addServer(home, id, login).catch((error) => error.code)]).toEqual([id, code, code])
  // A login that the data folder's PostgreSQL lets in from its list, and that has no password on a server without the registry.
  const gateway = { ...second.admin, host: 'localhost', user: 'alcove_gateway', password: 'guessed by nobody' }
  await connected(second.admin, (client) => client.query("alter role alcove_gateway password 'guessed by nobody'"))
  await expect(addServer(home, 'third', gateway)).rejects.toMatchObject({ code: 'not-administrator' })
  await connected(second.admin, (client) => client.query('alter role alcove_gateway password null'))
  const fleet = await testCluster()
  await expect(addServer(home, 'third', fleet.admin)).rejects.toMatchObject({ code: 'other-fleet' })
  await fleet.remove()
  expect(await added()).toEqual(['home', 'second'])
}, 60_000)

test('over TLS, to a server that proves its name, and to no other', async () => {
  const { cloud: home } = servers
  const key = async (ip: string) => {
    const made = await generate([{ name: 'commonName', value: 'db' }], {
      keyType: 'ec',
      curve: 'P-256',
      algorithm: 'sha256',
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip }] }],
    })
    return { key: made.private, certificate: made.cert }
  }
  const use = async ({ key, certificate }: { key: string; certificate: string }) => {
    const { uid, gid } = postgresUser()
    for (const [name, text] of Object.entries({ 'server.key': key, 'server.crt': certificate })) {
      const path = join(third.dir, 'postgres', name)
      writeFileSync(path, text, { mode: 0o600 })
      if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid)
    }
    await connected(third.admin, async (client) => {
      await client.query('alter system set ssl = on')
      await client.query('select pg_reload_conf()')
    })
    await new Promise((done) => setTimeout(done, 300))
  }
  const [right, misnamed] = [await key('127.0.0.1'), await key('127.0.0.2')]
  const login = (certificate: string) => ({ ...third.admin, ssl: tlsTo(certificate) })

  await use(misnamed)
  await expect(addServer(home, 'third', login(misnamed.certificate))).rejects.toMatchObject({
    code: 'postgres-certificate',
  })
  await use(right)
  await expect(addServer(home, 'third', login(misnamed.certificate))).rejects.toMatchObject({
    code: 'postgres-certificate',
  })
  await addServer(home, 'third', login(right.certificate))
  giveLogin('third', third)

  const address = { url: home.url, pin: home.tls.pin }
  const place = { server: await serverNamed(home, 'third') }
  const facility = await createFacility(home, 'Over TLS', address, FACILITY_VERSION, place)
  const station = await Workstation.enrolled(facility.enrollmentCode)
  const sessions = await connected(third.admin, async (client) => {
    const { rows } = await client.query(
      'select usename, ssl from pg_stat_ssl join pg_stat_activity using (pid) where usename = $1',
      [facility.role],
    )
    return rows
  })
  expect(sessions).toEqual([{ usename: facility.role, ssl: true }])

  // Somebody else answers at that address now: nothing is sent there, and the workstation is told to wait.
  await use(misnamed)
  await connected(third.admin, (client) =>
    client.query('select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = $1', [facility.role]),
  )
  station.change('patient', 'x', { family: 'A' })
  expect((await station.push()).status).toBe(503)
  await use(right)
  expect((await station.push()).status).toBe(200)
  station.close()
}, 60_000)

test('the commands: add, list, create there, move, and what they say when something is wrong', async () => {
  const variable = loginVariable('second')
  const listed = await cloud(['server', 'list'])
  expect(listed.answer.servers).toMatchObject([
    { server: 'home' },
    { server: 'second', facilities: 0 },
    { server: 'third' },
  ])

  const made = await cloud(['facility', 'create', 'By command', '--server', 'second'])
  expect(made.code).toBe(0)
  const { facility, schema } = made.answer as { facility: string; schema: string }
  const both = [servers.cloud, servers.second]
  expect(await whereItWrites(both, schema)).toEqual([1])
  const moved = await cloud(['facility', 'move', 'By command', '--to', 'home', '--keep'])
  expect(moved).toMatchObject({ code: 0, answer: { facility, from: 'second', to: 'home', kept: true } })
  expect(await whereItWrites(both, schema)).toEqual([0])
  expect(await cloud(['facility', 'move', facility, '--drop'])).toMatchObject({
    code: 0,
    answer: { dropped: ['second'] },
  })

  const refused: [string[], NodeJS.ProcessEnv, string][] = [
    [['facility', 'move', facility, '--to', 'home'], {}, 'already-there'],
    [['facility', 'move', facility], {}, 'bad-arguments'],
    [['facility', 'move', facility, '--to', 'second', '--drop'], {}, 'bad-arguments'],
    [['facility', 'move', facility, '--to', 'second'], { [variable]: '' }, 'server-login'],
    [['server', 'add', 'second'], { [variable]: urlOf(servers.cloud.admin) }, 'already-home'],
    [['server', 'add', 'fourth'], {}, 'server-login'],
    [['server', 'add', 'fourth', '--server-url', urlOf(third.admin), '--ca', '/nowhere'], {}, 'bad-arguments'],
    [['server', 'forget'], {}, 'bad-arguments'],
  ]
  for (const [args, environment, code] of refused) {
    const { code: exit, answer, err } = await cloud(args, environment)
    expect([args, exit, answer.error?.code, err]).toEqual([args, 1, code, ''])
    expect(answer.error?.message).not.toContain(String(servers.second.admin.password))
  }
  const moves: [string, string, string][] = [
    [facility, 'fourth', 'no-server'],
    [facility, 'Second; drop', 'bad-server-id'],
    ['by command', 'second', 'no-facility'],
    [`${facility}'`, 'second', 'no-facility'],
    ['Ｂy command', 'second', 'no-facility'],
  ]
  for (const [typed, to, code] of moves)
    await expect(moveFacility(servers.cloud, typed, to)).rejects.toMatchObject({ code })
  expect(await whereItWrites(both, schema)).toEqual([0])
}, 120_000)

test('a server added again at another address has to be the one that holds its facilities', async () => {
  const { cloud: home, second } = servers
  const address = { url: home.url, pin: home.tls.pin }
  await createFacility(home, 'Resident', address, FACILITY_VERSION, { server: await serverNamed(home, 'second') })
  const stranger = await testCluster({ registry: false })
  await expect(addServer(home, 'second', stranger.admin)).rejects.toMatchObject({ code: 'other-server' })
  await stranger.remove()
  await addServer(home, 'second', { ...second.admin, host: 'localhost' })
  await addServer(home, 'second', second.admin)
  await setUpCluster(home)
}, 60_000)
