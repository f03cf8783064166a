/** What PostgreSQL gives to everybody, and must not here; and what of the catalogs single roles were given. */
import {
  CATALOG_GRANTS,
  CLOSED_FUNCTIONS,
  CLOSED_SIGNATURES,
  FLEET_ROLES,
  FUNCTION_GRANTS,
  PARAMETERS,
} from '../expected/fleet.ts'
import { type Finding, finding } from '../finding.ts'
import { grantsDiffer } from '../grants.ts'
import { grantsIn, isFacilityName, relationGrantsIn, type Scene } from '../scene.ts'
import { FIRST_NORMAL } from './builtins.ts'

interface Granted {
  object: string
  grants: string[]
  /** What it came with. */
  brought?: string[]
}

export async function checkLockdown(scene: Scene): Promise<Finding[]> {
  const ask = async (text: string, values: unknown[] = []) => (await scene.client.query<Granted>(text, values)).rows
  const relations = await ask(RELATIONS)
  const functions = await ask(FUNCTIONS, [CLOSED_FUNCTIONS.join('|'), CLOSED_SIGNATURES])
  const languages = await ask(LANGUAGES)
  const types = await ask(TYPES)
  const tablespaces = await ask(TABLESPACES)
  const parameters = await ask(PARAMETER_GRANTS)
  return [
    ...relations.flatMap(({ object, grants, brought }) => [
      ...toEverybody('lockdown-relation', object, grants),
      ...grantsDiffer(object, toSingle(grants, brought), CATALOG_GRANTS[object] ?? []),
    ]),
    ...functions.flatMap(({ object, grants, brought }) => [
      ...toEverybody('lockdown-function', object, grants),
      ...grantsDiffer(object, toSingle(grants, brought), FUNCTION_GRANTS[object] ?? []),
    ]),
    // Everybody may use a type: ordinary statements need them.
    ...types.flatMap(({ object, grants, brought }) => grantsDiffer(`type ${object}`, toSingle(grants, brought), [])),
    ...tablespaces.flatMap(({ object, grants }) => grantsDiffer(`tablespace ${object}`, grants, [])),
    ...languages.flatMap(({ object, grants }) =>
      // Languages that nothing can be written in without being a superuser: their functions are the catalogs' own.
      object === 'plpgsql'
        ? [
            ...toEverybody('lockdown-language', object, grants),
            ...grantsDiffer(`language ${object}`, toSingle(grants), ['fleet_owner usage']),
          ]
        : grantsDiffer(`language ${object}`, toSingle(grants), []),
    ),
    ...parameters.flatMap(({ object, grants }) =>
      grantsDiffer(
        `parameter ${object}`,
        grants,
        (PARAMETERS as readonly string[]).includes(object) ? ['alcove_provisioner set'] : [],
      ),
    ),
    ...PARAMETERS.filter((name) => !parameters.some(({ object }) => object === name)).map((name) =>
      finding('grant-missing', {
        object: `parameter ${name}`,
        expected: 'set to alcove_provisioner',
        found: 'nothing',
      }),
    ),
    ...checkSchemas(scene),
    ...(await checkDatabases(scene)),
    ...(await checkDefaults(scene)),
  ]
}

type Lockdown =
  | 'lockdown-relation'
  | 'lockdown-function'
  | 'lockdown-language'
  | 'lockdown-schema'
  | 'lockdown-database'

function toEverybody(code: Lockdown, object: string, grants: readonly string[]): Finding[] {
  const found = grants.filter((one) => one.startsWith('PUBLIC ')).map((one) => one.slice('PUBLIC '.length))
  return found.length === 0 ? [] : [finding(code, { object, expected: 'nothing', found: found.join(', ') })]
}

/** What PostgreSQL itself gives to roles of its own (pg_monitor, …) comes with it; anything more given to them is given to us. */
const toSingle = (grants: readonly string[], brought: readonly string[] = []) =>
  grants.filter((one) => !one.startsWith('PUBLIC ') && !brought.includes(one))

/** The schemas that PostgreSQL brings: everybody may look names up in pg_catalog, and nothing else. */
function checkSchemas({ schemas }: Scene): Finding[] {
  return ['public', 'information_schema', 'pg_catalog'].flatMap((name) => {
    const grants = schemas.get(name)?.grants ?? []
    const others = toSingle(grants)
    const everybody = name === 'pg_catalog' ? grants.filter((one) => one !== 'PUBLIC usage') : grants
    return [...toEverybody('lockdown-schema', name, everybody), ...grantsDiffer(`schema ${name}`, others, [])]
  })
}

async function checkDatabases(scene: Scene): Promise<Finding[]> {
  const { rows } = await scene.client.query<Granted & { template: boolean }>(DATABASES)
  const known = new Set(scene.facilities.map(({ role }) => role))
  return rows.flatMap(({ object, grants, template }) => {
    const findings = toEverybody('lockdown-database', object, grants)
    const name = `database ${object}`
    if (object !== scene.database) {
      // Another database of this server may be home to facilities of its own; those that PostgreSQL brings are not.
      const brought = ['postgres', 'template0', 'template1'].includes(object)
      const here = toSingle(grants).filter((one) => brought || isOdd(one))
      return [...findings, ...grantsDiffer(name, here, [])]
    }
    // Whoever may make databases could make a copy of it.
    if (template)
      findings.push(
        finding('setting-unsafe', { object: `is_template of the database ${object}`, expected: 'off', found: 'on' }),
      )
    const connects = (role: string) => grants.includes(`${role} connect`)
    const must = [
      'alcove_provisioner connect*',
      'alcove_gateway connect',
      'alcove_watchdog connect',
      'fleet_owner create',
      ...scene.facilities
        // Who may not work just now may not connect either, or may: that is the provisioner's.
        .filter(({ state, role, roleOid }) => roleOid && (state === 'active' || connects(role)))
        .map(({ role }) => `${role} connect`),
    ]
    // One of a facility that was not asked about.
    const asked = toSingle(grants).filter((one) => {
      const role = one.slice(0, one.indexOf(' '))
      return (
        !isFacilityName(role) ||
        known.has(role) ||
        !scene.registry.some((row) => row.role === role) ||
        !one.endsWith(' connect')
      )
    })
    return [...findings, ...grantsDiffer(name, asked, must)]
  })
}

/** Whether nobody would have had to be given that on another database of Alcove's. What strangers have there is theirs. */
function isOdd(grant: string): boolean {
  const [role = '', privilege = ''] = grant.split(' ')
  if (role === 'fleet_owner') return privilege !== 'create'
  if (role === 'alcove_provisioner') return !/^connect\*?$/.test(privilege)
  if (Object.hasOwn(FLEET_ROLES, role) || isFacilityName(role)) return privilege !== 'connect'
  return role.startsWith('pg_')
}

interface Default {
  role: string
  schema: string | null
  type: string
  grants: string[]
}

const KINDS: Readonly<Record<string, string>> = {
  r: 'tables',
  S: 'sequences',
  f: 'functions',
  T: 'types',
  n: 'schemas',
  L: 'large objects',
}

/** What whoever makes something gives away with it. PostgreSQL gives functions and types to everybody unless told not to. */
async function checkDefaults({ client, administrators }: Scene): Promise<Finding[]> {
  const { rows } = await client.query<Default>(DEFAULTS)
  const found = rows.flatMap(({ role, schema, type, grants }) => {
    const object = `${role}${schema ? ` in ${schema}` : ''}`
    const kind = KINDS[type] ?? type
    const code =
      administrators.has(role) && !schema && grants.every((one) => one.startsWith('PUBLIC '))
        ? 'lockdown-defaults'
        : 'grant-default'
    // What a facility's role gives away of its own is nothing, as it can make nothing; and it can do this by itself, so that
    // it must not keep the gateway from serving the others.
    const own = isFacilityName(role) && !schema ? ({ severity: 'warning' } as const) : {}
    return grants.length === 0
      ? []
      : [finding(code, { object, found: `${kind}: ${grants.join(', ')}`, expected: 'nothing', ...own })]
  })
  const closed = (role: string, type: string) =>
    rows.some((one) => one.role === role && !one.schema && one.type === type)
  const open = [...administrators, 'fleet_owner'].flatMap((role) =>
    ['f', 'T']
      .filter((type) => !closed(role, type))
      .map((type) =>
        role === 'fleet_owner'
          ? finding('grant-default', { object: role, found: `${KINDS[type]}: to everybody`, expected: 'nothing' })
          : // Another administrator than the one who set the server up makes nothing here.
            finding('lockdown-defaults', {
              object: role,
              found: `${KINDS[type]}: to everybody`,
              expected: 'nothing',
              severity: 'warning',
            }),
      ),
  )
  return [...found, ...open]
}

/** What something was granted to whom when the server was made; that this is what it was is looked at in `builtins.ts`. */
function broughtTo(catalog: string, oid: string, owner: string): string {
  const first = `select initprivs from pg_catalog.pg_init_privs
    where classoid = 'pg_catalog.${catalog}'::regclass and objoid = ${oid} and objsubid = 0 and ${oid} < ${FIRST_NORMAL}`
  return grantsIn(`(${first})`, owner)
}

const RELATIONS = `
  select case when relnamespace = 'pg_catalog'::regnamespace then '' else 'information_schema.' end || relname as object,
    ${relationGrantsIn('class')} as grants, ${broughtTo('pg_class', 'class.oid', 'relowner')} as brought
  from pg_catalog.pg_class as class
  where relnamespace in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
    and relkind in ('r', 'v', 'm', 'f', 'p')
    and (relacl is not null or exists (select from pg_catalog.pg_attribute where attrelid = class.oid and attacl is not null))`

const FUNCTIONS = `
  select proname || '(' || pg_catalog.replace(pg_catalog.oidvectortypes(proargtypes), ', ', ',') || ')' as object,
    ${grantsIn("coalesce(proacl, pg_catalog.acldefault('f', proowner))", 'proowner')} as grants,
    ${broughtTo('pg_proc', 'oid', 'proowner')} as brought
  from pg_catalog.pg_proc
  where pronamespace in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
    and ((proname ~ $1 or proname || '(' || pg_catalog.oidvectortypes(proargtypes) || ')' = any ($2)) and prokind in ('f', 'p')
      or exists (select from pg_catalog.aclexplode(proacl) where grantee not in (0, proowner)))
    and (proacl is null or exists (select from pg_catalog.aclexplode(proacl) where grantee <> proowner))`

const LANGUAGES = `
  select lanname as object, ${grantsIn("coalesce(lanacl, pg_catalog.acldefault('l', lanowner))", 'lanowner')} as grants
  from pg_catalog.pg_language`

const TYPES = `
  select oid::regtype::text as object, ${grantsIn('typacl', 'typowner')} as grants, ${broughtTo('pg_type', 'oid', 'typowner')} as brought
  from pg_catalog.pg_type where typacl is not null`

const TABLESPACES = `
  select spcname as object, ${grantsIn('spcacl', 'spcowner')} as grants from pg_catalog.pg_tablespace where spcacl is not null`

const PARAMETER_GRANTS = `select parname as object, ${grantsIn('paracl', '10')} as grants from pg_catalog.pg_parameter_acl`

const DATABASES = `
  select datname as object, datistemplate as template, ${grantsIn("coalesce(datacl, pg_catalog.acldefault('d', datdba))", 'datdba')} as grants
  from pg_catalog.pg_database`

const DEFAULTS = `
  select pg_catalog.pg_get_userbyid(defaclrole)::text as role, nspname::text as schema, defaclobjtype as type,
    ${grantsIn('defaclacl', 'defaclrole')} as grants
  from pg_catalog.pg_default_acl left join pg_catalog.pg_namespace as namespace on namespace.oid = defaclnamespace`
