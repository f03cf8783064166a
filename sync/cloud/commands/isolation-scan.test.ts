/** The scan as a script uses it: what counts, what was decided to be lived with, and how it ends. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Finding } from '../isolation/scan/finding.ts'
import { forFile } from '../testing/for-file.ts'
import { sqlOn, testCluster } from '../testing/postgres.ts'

const MAIN = join(import.meta.dirname, '..', 'main.ts')
const cluster = forFile(testCluster)

function scan(...more: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [MAIN, 'isolation', 'scan', '--data', cluster.dir, ...more], (error, out, err) =>
      done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err }),
    )
  })
}

const codesOf = (findings: readonly Finding[]) => findings.map(({ code }) => code)

test('a warning counts until its code is accepted, and is said all the same; what is critical always counts', async () => {
  expect(await scan()).toMatchObject({ code: 0, out: '0 facilities compared: all as it must be.\n' })

  await sqlOn(cluster)('create role stranger nologin')
  expect(await scan()).toMatchObject({ code: 1, out: expect.stringContaining('warning  role-unexpected') })
  const accepted = await scan('--accept', 'role-unexpected', '--json')
  expect(accepted.code).toBe(0)
  expect(JSON.parse(accepted.out)).toMatchObject({ ok: true, findings: [] })
  expect(codesOf(JSON.parse(accepted.out).accepted)).toEqual(['role-unexpected'])
  expect(await scan('--accept', 'role-unexpected')).toMatchObject({
    code: 0,
    out: expect.stringMatching(
      /^accepted {2}role-unexpected .*\n0 facilities compared: all as it must be, but for 1 accepted\.\n$/,
    ),
  })

  await sqlOn(cluster)('alter role stranger superuser')
  const critical = await scan('--accept', 'role-powerful', '--accept', 'role-unexpected', '--json')
  expect(critical.code).toBe(1)
  expect(codesOf(JSON.parse(critical.out).findings)).toEqual(['role-powerful'])
}, 60_000)

test('a code that does not exist is refused before anything is looked at', async () => {
  const { code, out, err } = await scan('--accept', 'role-unexpectet', '--json')
  expect([code, JSON.parse(out || err).error.code]).toEqual([1, 'bad-arguments'])
})
