/** What is there and is no part of Alcove, or of PostgreSQL as it comes: extensions, triggers on events, objects, schemas. */
import { createHash } from 'node:crypto'
import { DEFINERS, FLEET_SCHEMAS } from '../expected/fleet.ts'
import { type Finding, finding } from '../finding.ts'
import { grantsDiffer, ownerDiffers } from '../grants.ts'
import { grantsIn, isFacilityName, relationGrantsIn, type Scene } from '../scene.ts'
import { checkBuiltins } from './builtins.ts'
import { checkMade } from './made.ts'
import { checkOwners } from './owners.ts'
import { checkPasswords } from './passwords.ts'

export async function checkObjects(scene: Scene): Promise<Finding[]> {
  const names = async (text: string) =>
    (await scene.client.query<{ object: string }>(text)).rows.map(({ object }) => object)
  return [
    ...(await names(EXTENSIONS)).map((object) => finding('extension-unexpected', { object })),
    ...(await names(EVENT_TRIGGERS)).map((object) => finding('event-trigger-unexpected', { object })),
    ...(await names(OTHERS)).map((object) => finding('object-unexpected', { object })),
    ...(await names(TEMPORARY)).map((object) => finding('object-unexpected', { object })),
    ...(await names(TOAST)).map((object) =>
      finding('grant-unexpected', { object, found: 'something', expected: 'nothing' }),
    ),
    ...(await names(BUILT_IN_DEFINERS)).map((object) =>
      finding('function-unsafe', { object, found: 'run with its owner’s rights', expected: 'run with the caller’s' }),
    ),
    ...(await checkBuiltins(scene)),
    ...(await checkMade(scene)),
    ...(await checkOwners(scene)),
    ...(await checkPasswords(scene)),
    ...checkSchemas(scene),
    ...(await checkTables(scene)),
    ...(await checkRoutines(scene)),
  ]
}

const BROUGHT = ['pg_catalog', 'information_schema', 'public']

function checkSchemas({ schemas, registry, spares, server }: Scene): Finding[] {
  const facilities = new Map(registry.map((row) => [row.schema, row]))
  return [...schemas.values()].flatMap(({ name, owner, grants }) => {
    if (BROUGHT.includes(name)) return []
    const spare = spares.get(name)
    if (spare && isFacilityName(name))
      return spare.why === 'old' && !spare.kept ? [leftBehind(facilities.get(name), name)] : []
    const own = FLEET_SCHEMAS[name]
    if (own) return [...ownerDiffers(`schema ${name}`, owner), ...grantsDiffer(`schema ${name}`, grants, own.grants)]
    const facility = facilities.get(name)
    if (!facility) return [finding(isFacilityName(name) ? 'schema-orphan' : 'schema-unexpected', { object: name })]
    if (facility.state === 'removed')
      return [finding('facility-remains', { facility: facility.id, object: `its schema ${name}` })]
    if (facility.server === server) return []
    return [
      finding('facility-elsewhere', { facility: facility.id, object: `its schema ${name}`, expected: facility.server }),
    ]
  })
}

/** What a move leaves behind is closed, and should be dropped. */
function leftBehind(facility: { id: string; server: string } | undefined, name: string): Finding {
  const object = `its schema ${name}`
  return finding('facility-elsewhere', {
    facility: facility?.id,
    object,
    expected: facility?.server ?? 'another server',
    severity: 'warning',
  })
}

interface Table {
  schema: string
  name: string
  kind: string
  owner: string
  grants: string[]
}

async function checkTables({ client }: Scene): Promise<Finding[]> {
  const { rows } = await client.query<Table>(TABLES, [Object.keys(FLEET_SCHEMAS)])
  return rows.flatMap(({ schema, name, kind, owner, grants }) => {
    const object = `${schema}.${name}`
    const expected = kind === 'r' ? FLEET_SCHEMAS[schema]?.tables[name] : undefined
    if (!expected) return [finding('object-unexpected', { object })]
    return [...ownerDiffers(object, owner), ...grantsDiffer(object, grants, expected)]
  })
}

interface Routine {
  object: string
  owner: string
  definer: boolean
  settings: string[]
  body: string
  grants: string[]
}

/** In the fleet's own schemas: only the functions that are listed, with exactly the text that was read. */
async function checkRoutines({ client }: Scene): Promise<Finding[]> {
  const { rows } = await client.query<Routine>(ROUTINES, [Object.keys(FLEET_SCHEMAS)])
  return rows.flatMap(({ object, owner, definer, settings, body, grants }) => {
    const expected = DEFINERS[object]
    if (!expected) return [finding('function-unexpected', { object })]
    const unsafe: [boolean, string, string][] = [
      [!definer, 'run with the caller’s rights', 'run with its owner’s'],
      [
        settings.join() !== 'search_path=""',
        `run with ${settings.join(', ') || 'the caller’s search_path'}`,
        'run with search_path=""',
      ],
      [digestOf(body) !== expected.digest, 'other code than was read', 'the code that was read'],
    ]
    return [
      ...unsafe
        .filter(([wrong]) => wrong)
        .map(([, found, must]) => finding('function-unsafe', { object, found, expected: must })),
      ...ownerDiffers(object, owner, { expected: expected.owner }),
      ...grantsDiffer(object, grants, [`${expected.may} execute`]),
    ]
  })
}

/** Of a function's text, however it is laid out. */
export function digestOf(body: string): string {
  return createHash('sha256').update(body.replace(/\s+/g, ' ').trim()).digest('hex')
}

/** Large values lie there, without row-level security: nobody is ever granted anything of it. */
const TOAST = `
  select 'the schema pg_toast' as object from pg_catalog.pg_namespace where nspname = 'pg_toast' and nspacl is not null
  union all select relname::text from pg_catalog.pg_class where relnamespace = 'pg_toast'::regnamespace
    and relacl is not null
  union all select proname::text from pg_catalog.pg_proc where pronamespace = 'pg_toast'::regnamespace
  order by 1`
/** PostgreSQL brings none. */
const BUILT_IN_DEFINERS = `
  select oid::regprocedure::text as object from pg_catalog.pg_proc
  where prosecdef and pronamespace in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) order by 1`

const EXTENSIONS = "select extname as object from pg_catalog.pg_extension where extname <> 'plpgsql' order by 1"
const EVENT_TRIGGERS = 'select evtname as object from pg_catalog.pg_event_trigger order by 1'
/**
 * What a session's own schema may hold are tables, which nobody else can read. Code there outlives the session, and whoever is
 * given a way in can run it.
 */
const TEMPORARY = `
  with temporary as (select oid, nspname, nspacl from pg_catalog.pg_namespace where nspname ~ '^pg_(toast_)?temp_')
  select 'a right on the schema ' || nspname as object from temporary where nspacl is not null
  union all select 'the view ' || nspname || '.' || relname
    from pg_catalog.pg_class join temporary on temporary.oid = relnamespace where relkind = 'v'
  union all select 'the function ' || nspname || '.' || proname
    from pg_catalog.pg_proc join temporary on temporary.oid = pronamespace
  union all select 'the operator ' || nspname || '.' || oprname
    from pg_catalog.pg_operator join temporary on temporary.oid = oprnamespace
  union all select 'the type ' || nspname || '.' || typname
    from pg_catalog.pg_type join temporary on temporary.oid = typnamespace where typrelid = 0 and typelem = 0
  order by 1`

const OTHERS = `
  select 'the replication slot ' || slot_name as object from pg_catalog.pg_replication_slots where slot_type = 'logical'
  union all select 'the prepared transaction ' || gid from pg_catalog.pg_prepared_xacts
  union all select 'the large object ' || oid from pg_catalog.pg_largeobject_metadata
  order by 1`

const TABLES = `
  select nspname as schema, relname as name, relkind as kind, pg_catalog.pg_get_userbyid(relowner)::text as owner,
    ${relationGrantsIn('class')} as grants
  from pg_catalog.pg_class as class join pg_catalog.pg_namespace as namespace on namespace.oid = relnamespace
  where nspname = any ($1) and relkind not in ('i', 'I', 't') order by 1, 2`

const ROUTINES = `
  select nspname || '.' || proname || '(' || pg_catalog.replace(pg_catalog.oidvectortypes(proargtypes), ', ', ',') || ')' as object,
    pg_catalog.pg_get_userbyid(proowner)::text as owner, prosecdef as definer, coalesce(proconfig, '{}') as settings, prosrc as body,
    ${grantsIn("coalesce(proacl, pg_catalog.acldefault('f', proowner))", 'proowner')} as grants
  from pg_catalog.pg_proc join pg_catalog.pg_namespace as namespace on namespace.oid = pronamespace
  where nspname = any ($1) order by 1`
