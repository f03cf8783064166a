/** A role may store as many settings of its own as it likes. That keeps nobody from seeing the rest, and it is put back. */
import type pg from 'pg'
import { expect, test } from 'vitest'
import { repairFacility } from '../../provision/repair.ts'
import { emptyFacilities } from '../../testing/fleet.ts'
import { forFile } from '../../testing/for-file.ts'
import { connected, testCluster } from '../../testing/postgres.ts'
import type { Finding } from './finding.ts'
import { scan } from './scan.ts'

/** More than a scan's session may put aside on disk. */
const LARGE = 3 << 20

const cluster = forFile(testCluster)

const scanned = () => connected(cluster.admin, (client) => limited(client).then(() => scan(client)))
/** With little room, as if there were hundreds of megabytes. */
const limited = (client: pg.Client) => client.query("set temp_file_limit = '1MB'; set work_mem = '64kB'")
const brief = (findings: readonly Finding[]) =>
  findings.map(({ code, severity, facility }) => [code, severity, facility]).sort()

test('what a facility’s role has stored is named by its size, all others are seen, and a repair takes it away', async () => {
  const [mine, other] = await emptyFacilities(cluster, 2)
  if (!mine || !other) throw new Error('no facilities')
  await connected(cluster.admin, async (client) => {
    // As itself: what it may do to its own.
    await client.query(`set session authorization ${mine.role}`)
    for (const name of ['application_name', 'search_path'])
      await client.query(`alter role ${mine.role} set ${name} = '${noise(LARGE)}'`)
  })
  await connected(cluster.admin, (client) =>
    client.query(
      `alter role ${other.role} set search_path = 'x'; alter role ${mine.role} in database ${cluster.admin.database} set row_security = off`,
    ),
  )
  const findings = await scanned()
  expect(brief(findings)).toEqual(
    [
      ['role-settings-large', 'warning', mine.facility],
      // Stored apart, and small enough to be read.
      ['role-setting', 'warning', mine.facility],
      ['role-setting', 'warning', other.facility],
    ].sort(),
  )
  expect(JSON.stringify(findings).length).toBeLessThan(5000)
  expect(findings.find(({ code }) => code === 'role-settings-large')?.found).toMatch(/^\d{4} kB$/)

  expect((await repairFacility(cluster, mine.facility)).left).toEqual([])
  expect(brief(await scanned())).toEqual([['role-setting', 'warning', other.facility]])
}, 60_000)

/** Letters that cannot be packed. */
function noise(length: number): string {
  let text = ''
  while (text.length < length) text += Math.random().toString(36).slice(2)
  return text.slice(0, length)
}
