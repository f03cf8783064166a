/** What runs by itself in a facility's schema: one guard against TRUNCATE on each table, its function, and nothing else. */
import { GUARD } from '../expected/facility.ts'
import { type Finding, finding } from '../finding.ts'
import { grantsDiffer, ownerDiffers } from '../grants.ts'
import { type Facility, grantsIn, type Scene } from '../scene.ts'
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
  /** Whether it calls the guard of its own schema, always and with nothing. */
  guards: boolean
}

function checkTriggers(portion: Portion, triggers: readonly Trigger[]): Finding[] {
  const guarded = new Map<number, string>(portion.tables.map((oid) => [oid, 'missing']))
  const findings: Finding[] = []
  for (const { table, name, type, enabled, guards } of triggers) {
    const { facility, relation } = portion.relations.get(table) ?? {}
    if (!facility || !relation) continue
    if (name !== GUARD.name || !guarded.has(table))
      findings.push(finding('trigger-unexpected', { facility: facility.id, object: relation.name, found: name }))
    else if (!guards || type !== BEFORE_TRUNCATE) guarded.set(table, 'another trigger')
    else guarded.set(table, ENABLED[enabled] ?? enabled)
  }
  for (const [table, found] of guarded) {
    const { facility, relation } = portion.relations.get(table) ?? {}
    if (!facility || !relation || found === 'enabled') continue
    findings.push(
      finding('truncate-guard', { facility: facility.id, object: relation.name, expected: 'enabled', found }),
    )
  }
  return findings
}

/** pg_trigger.tgtype: BEFORE (2), TRUNCATE (32), for each statement (not 1). */
const BEFORE_TRUNCATE = 34
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
  trigger: boolean
  grants: string[]
}

function checkRoutines(portion: Portion, routines: readonly Routine[]): Finding[] {
  const lacking = new Map(portion.facilities.map((facility) => [facility.schemaOid, facility]))
  const bySchema = new Map(lacking)
  const findings: Finding[] = []
  for (const routine of routines) {
    const facility = bySchema.get(routine.schema)
    if (!facility) continue
    if (routine.name !== GUARD.name || !routine.trigger)
      findings.push(finding('function-unexpected', { facility: facility.id, object: routine.name }))
    else {
      lacking.delete(routine.schema)
      findings.push(...checkGuard(facility, routine))
    }
  }
  for (const facility of lacking.values())
    if (facility.schemaOid) findings.push(finding('function-missing', { facility: facility.id, object: GUARD.name }))
  return findings
}

function checkGuard(facility: Facility, { owner, body, language, definer, settings, grants }: Routine): Finding[] {
  const about = { facility: facility.id, object: GUARD.name }
  const unsafe: [boolean, string, string][] = [
    [definer, 'run with its owner’s rights', 'run with the caller’s'],
    [
      settings.join() !== 'search_path=""',
      `run with ${settings.join(', ') || 'the caller’s search_path'}`,
      'run with search_path=""',
    ],
    [language !== 'plpgsql' || body.trim() !== GUARD.body, 'other code than it was', GUARD.body],
  ]
  return [
    ...unsafe
      .filter(([wrong]) => wrong)
      .map(([, found, expected]) => finding('function-unsafe', { ...about, found, expected })),
    ...ownerDiffers(`function ${GUARD.name}`, owner, { facility: facility.id }),
    ...grantsDiffer(`function ${GUARD.name}`, grants, [], facility.id),
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
    tgqual is null and tgnargs = 0 and tgattr = '' and not tgdeferrable and proname = '${GUARD.name}'
      and pronamespace = relnamespace as guards
  from pg_catalog.pg_trigger
  join pg_catalog.pg_class as class on class.oid = tgrelid
  join pg_catalog.pg_proc as proc on proc.oid = tgfoid
  where tgrelid = any ($1::oid[]) and not tgisinternal`

const ROUTINES = `
  select pronamespace as schema, proname as name, pg_catalog.pg_get_userbyid(proowner) as owner, prosrc as body,
    lanname as language, prosecdef as definer, coalesce(proconfig, '{}') as settings,
    prorettype = 'pg_catalog.trigger'::regtype as trigger,
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
