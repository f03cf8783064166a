/** Every table of the registry is looked at, on a real server: what is done to it is taken back. */
import { describe, expect, test } from 'vitest'
import { forFile } from '../../../testing/for-file.ts'
import { connected, testCluster } from '../../../testing/postgres.ts'
import { FLEET_SCHEMAS } from '../expected/fleet.ts'
import { REGISTRY_TABLES } from '../expected/registry.ts'
import type { Finding } from '../finding.ts'
import { type ScanOptions, scan } from '../scan.ts'

const cluster = forFile(testCluster)

const saidAfter = (sql: string, options?: ScanOptions): Promise<Finding[]> =>
  connected(cluster.admin, async (client) => {
    await client.query(`begin; ${sql}`)
    return scan(client, options)
  })

test('each table that somebody has rights on has a shape, and the other way round', () => {
  expect(Object.keys(REGISTRY_TABLES).sort()).toEqual(Object.keys(FLEET_SCHEMAS.registry?.tables ?? {}).sort())
})

describe.each(Object.keys(REGISTRY_TABLES))('registry.%s', (table) => {
  const name = `registry.${table}`
  test.each([
    ['fleet-shape', 'a column', `alter table ${name} add column also text`],
    ['fleet-shape', 'a check', `alter table ${name} add constraint also check (true) not valid`],
    ['fleet-shape', 'a key', `alter table ${name} drop constraint ${table}_pkey cascade`],
    ['fleet-shape', 'row-level security', `alter table ${name} enable row level security`],
    ['policy-unexpected', 'a policy', `create policy also on ${name} using (true)`],
    ['rule-unexpected', 'a rule', `create rule also as on delete to ${name} do instead nothing`],
    [
      'trigger-unexpected',
      'a trigger',
      `create trigger also before insert on ${name} for each row execute function pg_catalog.suppress_redundant_updates_trigger()`,
    ],
    ['inheritance', 'a child', `create table public.also () inherits (${name})`],
  ])('%s: %s', async (code, _, sql) => {
    const found = (await saidAfter(sql)).filter((one) => one.code === code)
    expect(found.map(({ object, severity }) => [object.replace('table ', ''), severity])).toContainEqual([
      name,
      'critical',
    ])
  })
})

test('what is wrong is named: the column, the key, the rule', async () => {
  const said = await saidAfter(
    `create function watch.also() returns text language sql as 'select ''x''';
     alter table registry.device alter id set default watch.also();
     alter table registry.device drop constraint device_facility_fkey;
     create rule hidden as on update to registry.device do instead nothing`,
  )
  const messages = said.map(({ message }) => message).join('\n')
  expect(messages).toContain('registry.device: id is text not null default watch.also(); it must be text not null.')
  expect(messages).toContain('registry.device: device_facility_fkey is not there; it must be FOREIGN KEY (facility)')
  expect(messages).toContain('registry.device has a rule, hidden,')
})

test('a registry on a server that is not its home is no part of Alcove', async () => {
  const registry = { facilities: [], spares: [] }
  const elsewhere = await saidAfter('select', { server: 'second', registry })
  expect(elsewhere.map(({ code }) => code)).toContain('schema-unexpected')
})
