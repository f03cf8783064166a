/** The login to a further server, as it is found for a command. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connected, type TestCluster, testCluster } from '../testing/postgres.ts'
import { loginVariable, serverLogin } from './server.ts'

let home: TestCluster
const folder = mkdtempSync(join(tmpdir(), 'alcove-login-'))
beforeAll(async () => {
  home = await testCluster()
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await home?.remove()
})

test('an administrator’s own certificate is brought along, and the server is known by the authority that was noted', async () => {
  await connected(home.admin, (client) =>
    client.query(
      `insert into registry.server (id, host, port, database, ca) values ('far', 'db.example', 5432, 'alcove', 'the authority')`,
    ),
  )
  for (const name of ['cert', 'key']) writeFileSync(join(folder, name), `the ${name}`)
  const url = `postgres://root@db.example:5432/alcove?sslmode=verify-full&sslcert=${folder}/cert&sslkey=${folder}/key`
  const { ssl } = await serverLogin(home, 'far', { [loginVariable('far')]: url })
  expect(ssl).toMatchObject({ ca: 'the authority', rejectUnauthorized: true, cert: 'the cert', key: 'the key' })
  const without = await serverLogin(home, 'far', { [loginVariable('far')]: 'postgres://root@db.example:5432/alcove' })
  expect(without.ssl).toEqual({ ca: 'the authority', rejectUnauthorized: true })
})
