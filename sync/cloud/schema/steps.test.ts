/** One text makes a facility and brings an older one along; what comes of both is the same, in every catalog. */
import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { migrate } from '../migrate/migrate.ts'
import { fingerprint } from '../testing/fingerprint.ts'
import { emptyFacilities } from '../testing/fleet.ts'
import { forFile } from '../testing/for-file.ts'
import { connected, testCluster } from '../testing/postgres.ts'
import { FACILITY_VERSION, facilitySql, fill, readStep, STEPS } from './steps.ts'
import { viewsOf } from './views.ts'

const cluster = forFile(testCluster)

test('the steps are the files, numbered without a hole, in their order', () => {
  const files = readdirSync(join(import.meta.dirname, '..', 'sql', 'facility')).sort()
  expect(STEPS.map(({ name }) => `${name}.sql`)).toEqual(files)
  STEPS.forEach(({ name }, at) => {
    expect(name).toMatch(new RegExp(`^${String(at + 1).padStart(3, '0')}-[a-z-]+$`))
  })
  expect(FACILITY_VERSION).toBe(STEPS.length)
})

test('a facility that was brought along is what a new one is', async () => {
  const [fresh] = await emptyFacilities(cluster, 1)
  const old = await emptyFacilities(cluster, STEPS.length - 1, 1)
  const before = await connected(cluster.admin, (client) => fingerprint(client, old[0] as (typeof old)[0]))
  expect((await migrate(cluster)).failed).toEqual([])
  await connected(cluster.admin, async (client) => {
    const made = await fingerprint(client, fresh as NonNullable<typeof fresh>)
    expect(made).not.toBe(before)
    for (const one of old) expect(await fingerprint(client, one)).toBe(made)
  })
})

/**
 * A facility's views follow from the kinds (`domain/records/`), and those made earlier have the views of then. Who changes a
 * kind adds a step with `-- views again`, and then this hash.
 */
test('the views are those that the newest step makes', () => {
  const hash = createHash('sha256').update(viewsOf('s', 'r')).digest('hex').slice(0, 16)
  expect(hash).toBe('2213498121ad421b')
})

test('a step can make the views again', async () => {
  const steps = [...STEPS, readStep('003-views', 'set local role fleet_owner;\n-- views again\nreset role;\n')]
  const [old] = await emptyFacilities(cluster, 1)
  await connected(cluster.admin, async (client) => {
    const before = await fingerprint(client, old as NonNullable<typeof old>)
    await client.query(`drop view ${old?.schema}.patient`)
    expect((await migrate(cluster, { to: 3, steps, canaries: [old?.facility as string] })).failed).toEqual([])
    expect((await fingerprint(client, old as NonNullable<typeof old>)).replace('version=3', 'version=2')).toBe(before)
  })
})

test('a name that nobody gave is not left out', () => {
  expect(() => fill('select :"other"', { schema: 's', role: 'r' })).toThrow('other')
  expect(() => readStep('009-x', 'select 1;\n-- ahead of time\nselect 2;')).toThrow('009-x')
})

test('a facility of a version is told so', () => {
  const names = { facility: 'f', role: 'r', schema: 's', database: 'd', tag: 't', epoch: 'e', verifier: 'v' }
  for (const to of [1, 2]) expect(facilitySql(names, { to })).toContain(`('version', '${to}')`)
})
