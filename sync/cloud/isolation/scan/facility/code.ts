/**
 * What runs by itself in a facility's schema: one guard against TRUNCATE on each table, its function, and nothing else; and in
 * a copy that takes no writes the seal besides.
 */
import { GUARD, type Guarding, SEAL } from '../expected/facility.ts'
import { type Finding, finding } from '../finding.ts'
import { grantsDiffer, ownerDiffers } from '../grants.ts'
import { type Facility, grantsIn, type Scene } from '../scene.ts'
import { PLAIN } from '../tables.ts'
import type { Portion } from './relations.ts'

export async function checkCode(scene: Scene, portion: Portion): Promise<Finding[]> {
  const relations = [...portion.relations.keys()]
  const schemas = portion.facilities.flatMap(({ schemaOid }) => schemaOid ?? [])
  const triggers = (await scene.client.query<Trigger>(TRIGGERS, [relations])).rows
  const routines = (await scene.client.query<Routine>(ROUTINES, [schemas])).rows
  const rules = (await scene.client.query<Rule>(RULES, [portion.tables, portion.views])).rows
  const others = (await scene.client.query<Other>(OTHERS, [schemas])).rows
  const bySchema = new Map(portion.facilities.map((facility) => [facility.schemaOid, facility]))
  const of = (schema: number) => bySchema.get(schema)
  return [
    ...checkTriggers(portion, triggers),
    ...checkRoutines(portion, routines),
    ...rules.flatMap(({ relation, name }) => {
      const { facility, relation: object } = portion.relations.get(relation) ?? {}
      return facility && object
        ? [finding('rule-unexpected', { facility: facility.id, object: object.name, found: name })]
        : []
    }),
    ...others.flatMap(({ schema, object }) => {
      const facility = of(schema)
      return facility ? [finding('object-unexpected', { facility: facility.id, object })] : []
    }),
  ]
}

interface Trigger {
  table: number
  name: string
  type: number
  enabled: string
  /** The function of its own schema that it calls, always and with nothing. */
  calls: string | null
}

function checkTriggers(portion: Portion, triggers: readonly Trigger[]): Finding[] {
  const guards = new Map<number, string>(portion.tables.map((oid) => [oid, 'missing']))
  const seals = new Map<number, string>()
  const findings: Finding[] = []
  for (const { table, name, type, enabled, calls } of triggers) {
    const { facility, relation } = portion.relations.get(table) ?? {}
    if (!facility || !relation) continue
    const must = guards.has(table) ? guardingsOf(facility).find((one) => one.name === name) : undefined
    if (!must) {
      findings.push(finding('trigger-unexpected', { facility: facility.id, object: relation.name, found: name }))
      continue
    }
    const found = calls !== name || type !== must.timing ? 'another trigger' : (ENABLED[enabled] ?? enabled)
    ;(must === GUARD ? guards : seals).set(table, found)
  }
  for (const [table, found] of guards) {
    const { facility, relation } = portion.relations.get(table) ?? {}
    if (!facility || !relation) continue
    const about = { facility: facility.id, object: relation.name, expected: 'enabled' }
    if (found !== 'enabled') findings.push(finding('truncate-guard', { ...about, found }))
    const seal = seals.get(table) ?? 'missing'
    if (seal !== 'enabled' && isSealed(facility, portion, seals))
      findings.push(finding('seal-broken', { ...about, found: seal }))
  }
  return findings
}

/** What may stand on the facility's tables. */
function guardingsOf(facility: Facility): readonly Guarding[] {
  return facility.state === 'old' || facility.paused ? [GUARD, SEAL] : [GUARD]
}

/** The old copy is; one that waits in the middle of its move is wholly, or not at all. */
function isSealed(facility: Facility, { tables, relations }: Portion, seals: ReadonlyMap<number, string>): boolean {
  if (facility.state === 'old') return true
  return Boolean(facility.paused) && tables.some((oid) => relations.get(oid)?.facility === facility && seals.has(oid))
}

/** `A` fires during replication too, which is more. */
const ENABLED: Readonly<Record<string, string>> = {
  O: 'enabled',
  A: 'enabled',
  D: 'disabled',
  R: 'for replication only',
}

interface Routine {
  schema: number
  name: string
  owner: string
  /** What it runs, in one line. */
  body: string
  language: string
  definer: boolean
  settings: string[]
  /** It is of a trigger, and nothing else is special about it. */
  plain: boolean
  grants: string[]
}

function checkRoutines(portion: Portion, routines: readonly Routine[]): Finding[] {
  const lacking = new Map(portion.facilities.map((facility) => [facility.schemaOid, facility]))
  const bySchema = new Map(lacking)
  const findings: Finding[] = []
  for (const routine of routines) {
    const facility = bySchema.get(routine.schema)
    if (!facility) continue
    const must = guardingsOf(facility).find(({ name }) => name === routine.name)
    if (must) findings.push(...checkGuarding(facility, routine, must))
    else findings.push(finding('function-unexpected', { facility: facility.id, object: routine.name }))
    if (must === GUARD) lacking.delete(routine.schema)
  }
  for (const facility of lacking.values())
    if (facility.schemaOid) findings.push(finding('function-missing', { facility: facility.id, object: GUARD.name }))
  return findings
}

function checkGuarding(
  facility: Facility,
  { owner, body, language, definer, settings, plain, grants }: Routine,
  must: Guarding,
): Finding[] {
  const about = { facility: facility.id, object: must.name }
  const unsafe: [boolean, string, string][] = [
    [definer, 'run with its owner’s rights', 'run with the caller’s'],
    [
      settings.join() !== 'search_path=""',
      `run with ${settings.join(', ') || 'the caller’s search_path'}`,
      'run with search_path=""',
    ],
    [language !== 'plpgsql' || body.trim() !== must.body, 'other code than it was', must.body],
    [!plain, 'declared to be something else', 'an ordinary function of a trigger'],
  ]
  return [
    ...unsafe
      .filter(([wrong]) => wrong)
      .map(([, found, expected]) => finding('function-unsafe', { ...about, found, expected })),
    ...ownerDiffers(`function ${must.name}`, owner, { facility: facility.id }),
    ...grantsDiffer(`function ${must.name}`, grants, [], facility.id),
  ]
}

interface Rule {
  relation: number
  name: string
}

interface Other {
  schema: number
  object: string
}

const TRIGGERS = `
  select tgrelid as table, tgname as name, tgtype as type, tgenabled as enabled,
    case when tgqual is null and tgnargs = 0 and tgattr = '' and not tgdeferrable and pronamespace = relnamespace
      and tgoldtable is null and tgnewtable is null then proname end as calls
  from pg_catalog.pg_trigger
  join pg_catalog.pg_class as class on class.oid = tgrelid
  join pg_catalog.pg_proc as proc on proc.oid = tgfoid
  where tgrelid = any ($1::oid[]) and not tgisinternal`

const ROUTINES = `
  select pronamespace as schema, proname as name, pg_catalog.pg_get_userbyid(proowner) as owner, prosrc as body,
    lanname as language, prosecdef as definer, coalesce(proconfig, '{}') as settings,
    ${PLAIN} and prorettype = 'pg_catalog.trigger'::regtype and pronargs = 0 as plain,
    ${grantsIn("coalesce(proacl, pg_catalog.acldefault('f', proowner))", 'proowner')} as grants
  from pg_catalog.pg_proc join pg_catalog.pg_language as language on language.oid = prolang
  where pronamespace = any ($1::oid[])`

/** A view is one rule, `_RETURN`; a table has none. */
const RULES = `
  select ev_class as relation, rulename as name from pg_catalog.pg_rewrite
  where ev_class = any ($1::oid[]) or ev_class = any ($2::oid[]) and rulename <> '_RETURN'`

/** Types, operators, statistics … : whatever else lives in a schema. */
const OTHERS = `
  select refobjid as schema, pg_catalog.pg_describe_object(classid, objid, objsubid) as object
  from pg_catalog.pg_depend
  where refclassid = 'pg_catalog.pg_namespace'::regclass and refobjid = any ($1::oid[]) and deptype = 'n'
    and classid not in ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_proc'::regclass)`
