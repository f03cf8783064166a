/**
 * The fleet's own schemas: the registry, which says whose each schema is and what opens it, and the watchdog's. All that is in
 * them is what it was made as: a rule or a trigger there sees every password's box, a policy could hide a facility from its
 * operator, a default could be somebody's function.
 */
import { DEFINERS, FLEET_SCHEMAS } from '../expected/fleet.ts'
import { REGISTRY_TABLES } from '../expected/registry.ts'
import { type Finding, finding } from '../finding.ts'
import type { Scene } from '../scene.ts'
import { PLAIN, type Table, type TableShape, tableDiffers, tablesOf } from '../tables.ts'

export async function checkFleetTables(scene: Scene): Promise<Finding[]> {
  const { client, schemas, server } = scene
  // The registry is on one server only.
  const must = Object.keys(FLEET_SCHEMAS).filter((name) => name !== 'registry' || server === 'home')
  const oids = must.flatMap((name) => schemas.get(name)?.oid ?? [])
  const { rows: relations } = await client.query<Relation>(RELATIONS, [oids])
  const ordinary = new Map(relations.filter(({ kind }) => kind === 'r').map((one) => [one.oid, one]))
  const tables = await tablesOf(client, [...ordinary.keys()])
  const functions = (await client.query<Routine>(ROUTINES, [oids])).rows
  const others = (await client.query<{ object: string }>(OTHERS, [oids])).rows
  const hidden = (await client.query<{ object: string }>(HIDDEN)).rows
  const there = new Set([...relations, ...functions].map(({ object }) => object))
  return [
    ...must.filter((name) => !schemas.has(name)).map((name) => finding('fleet-missing', { object: `schema ${name}` })),
    ...(schemas.has('registry') && !must.includes('registry')
      ? [finding('schema-unexpected', { object: 'registry' })]
      : []),
    ...expectedIn(must)
      .filter(({ object }) => !there.has(object))
      .map(({ kind, object }) => finding('fleet-missing', { object: `${kind} ${object}` })),
    ...tables.flatMap((table) => checkTable(ordinary.get(table.oid), table)),
    ...functions
      .filter(({ object, plain }) => !plain && Object.hasOwn(DEFINERS, object))
      .map(({ object }) =>
        finding('function-unsafe', { object, found: 'declared to be something else', expected: 'as it was made' }),
      ),
    ...[...others, ...hidden].map(({ object }) => finding('object-unexpected', { object })),
  ]
}

function expectedIn(schemas: readonly string[]): { kind: string; object: string }[] {
  const tables = schemas.flatMap((schema) =>
    Object.keys(FLEET_SCHEMAS[schema]?.tables ?? {}).map((name) => ({ kind: 'table', object: `${schema}.${name}` })),
  )
  const functions = Object.keys(DEFINERS).map((object) => ({ kind: 'function', object }))
  return [...tables, ...functions.filter(({ object }) => schemas.includes(object.slice(0, object.indexOf('.'))))]
}

/** A table of ours, as it stands. One that is not ours is found by whoever looks at the rights. */
function checkTable(relation: Relation | undefined, table: Table): Finding[] {
  const shape = relation && REGISTRY_SHAPES[relation.object]
  if (!shape) return []
  const { object, persistence, rls, forced, policies, rules, triggers } = relation
  const wrong: [boolean, string, string][] = [
    [persistence !== 'p', 'it is lost at a crash (unlogged)', 'logged'],
    // What is hidden from whoever looks at the registry is not looked after.
    [rls || forced, 'row-level security is on', 'off'],
  ]
  return [
    ...wrong
      .filter(([is]) => is)
      .map(([, found, expected]) => finding('fleet-shape', { object: `table ${object}`, found, expected })),
    ...tableDiffers(table, shape).map(({ found, expected }) =>
      finding('fleet-shape', { object: `table ${object}`, found, expected }),
    ),
    ...table.ties.map((found) => finding('inheritance', { object, found })),
    ...table.odd.map((found) => finding('relation-odd', { object, found })),
    ...table.tuned.map((found) => finding('relation-tuned', { object, found })),
    ...policies.map((found) => finding('policy-unexpected', { object, found, expected: 'none' })),
    ...rules.map((found) => finding('rule-unexpected', { object, found })),
    ...triggers.map((found) => finding('trigger-unexpected', { object, found })),
  ]
}

const REGISTRY_SHAPES: Readonly<Record<string, TableShape>> = Object.fromEntries(
  Object.entries(REGISTRY_TABLES).map(([name, shape]) => [`registry.${name}`, shape]),
)

interface Relation {
  oid: number
  object: string
  kind: string
  persistence: string
  rls: boolean
  forced: boolean
  policies: string[]
  rules: string[]
  triggers: string[]
}

interface Routine {
  object: string
  plain: boolean
}

const RELATIONS = `
  select oid, relnamespace::regnamespace::text || '.' || relname as object, relkind as kind, relpersistence as persistence,
    relrowsecurity as rls, relforcerowsecurity as forced,
    array(select polname::text from pg_catalog.pg_policy where polrelid = class.oid order by 1) as policies,
    array(select rulename::text from pg_catalog.pg_rewrite where ev_class = class.oid order by 1) as rules,
    array(select tgname::text from pg_catalog.pg_trigger where tgrelid = class.oid and not tgisinternal order by 1) as triggers
  from pg_catalog.pg_class as class where relnamespace = any ($1::oid[])`

const ROUTINES = `
  select pronamespace::regnamespace::text || '.' || proname || '('
      || pg_catalog.replace(pg_catalog.oidvectortypes(proargtypes), ', ', ',') || ')' as object,
    ${PLAIN} and prorettype = 'pg_catalog.void'::regtype
      and prolang = (select oid from pg_catalog.pg_language where lanname = 'plpgsql') as plain
  from pg_catalog.pg_proc where pronamespace = any ($1::oid[])`

/** Types, operators, statistics … : whatever else lives in a schema. What lies in "public" is no part of Alcove either. */
const OTHERS = `
  select pg_catalog.pg_describe_object(classid, objid, objsubid) as object from pg_catalog.pg_depend
  where refclassid = 'pg_catalog.pg_namespace'::regclass and deptype = 'n'
    and (refobjid = any ($1::oid[]) or refobjid = pg_catalog.to_regnamespace('public'))
    and classid not in ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_default_acl'::regclass)`

/** PostgreSQL keeps large values and temporary tables in schemas of its own, and nothing else: a good place to hide a copy. */
const HIDDEN = `
  select pg_catalog.pg_describe_object('pg_catalog.pg_class'::regclass, class.oid, 0) as object
  from pg_catalog.pg_class as class join pg_catalog.pg_namespace as namespace on namespace.oid = relnamespace
  where nspname = 'pg_toast' and relkind not in ('t', 'i') or nspname ~ '^pg_(toast_)?temp_[0-9]+$' and relpersistence <> 't'`
