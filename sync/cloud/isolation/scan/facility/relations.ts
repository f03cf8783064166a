/** What is in a facility's schema: its tables with row-level security on and forced, its views, and nothing else. */
import { FACILITY_SHAPES, type FacilityShape } from '../expected/facility.ts'
import { type Finding, finding } from '../finding.ts'
import { grantsDiffer, ownerDiffers } from '../grants.ts'
import { type Facility, relationGrantsIn, type Scene } from '../scene.ts'
import { isSpare } from './spares.ts'

/** A table, a view, a sequence … of a facility, as it stands. */
export interface Relation {
  oid: number
  schema: number
  name: string
  kind: string
  persistence: string
  rls: boolean
  forced: boolean
  owner: string
  options: string[]
  grants: string[]
}

/** Some facilities, with what their schemas hold. */
export interface Portion {
  facilities: readonly Facility[]
  /** By the number of its relation, whose it is. */
  relations: ReadonlyMap<number, { facility: Facility; relation: Relation }>
  /** The numbers of what should be tables, and of what should be views. */
  tables: number[]
  views: number[]
}

/**
 * The shape of a facility's version; of the newest for a version that is not known, which is found elsewhere. While facilities
 * on another server are brought along, what they say of themselves is newer than what the registry has said.
 */
export function shapeOf(facility: Facility): FacilityShape {
  const newest = Math.max(...Object.keys(FACILITY_SHAPES).map(Number))
  return (FACILITY_SHAPES[versionOf(facility)] ?? FACILITY_SHAPES[newest]) as FacilityShape
}

/** Whether this program knows the facility's version: a gateway goes on serving while newer programs bring facilities along. */
export function isKnown(facility: Facility): boolean {
  return FACILITY_SHAPES[versionOf(facility)] !== undefined
}

function versionOf({ version, says }: Facility): number {
  const said = Number(says?.version ?? Number.NaN)
  return FACILITY_SHAPES[said] ? said : version
}

export function everyShape(): FacilityShape[] {
  return Object.values(FACILITY_SHAPES)
}

export async function portionOf(scene: Scene, facilities: readonly Facility[]): Promise<Portion> {
  const bySchema = new Map(facilities.map((facility) => [facility.schemaOid, facility]))
  const { rows } = await scene.client.query<Relation>(RELATIONS, [[...bySchema.keys()].filter((oid) => oid)])
  const relations = new Map<number, { facility: Facility; relation: Relation }>()
  const [tables, views]: [number[], number[]] = [[], []]
  for (const relation of rows) {
    const facility = bySchema.get(relation.schema)
    if (!facility) continue
    relations.set(relation.oid, { facility, relation })
    if (relation.kind === 'r' && shapeOf(facility).tables[relation.name]) tables.push(relation.oid)
    if (relation.kind === 'v') views.push(relation.oid)
  }
  return { facilities, relations, tables, views }
}

export function checkRelations(scene: Scene, portion: Portion): Finding[] {
  const findings: Finding[] = []
  const seen = new Map<Facility, Set<string>>(portion.facilities.map((facility) => [facility, new Set()]))
  for (const { facility, relation } of portion.relations.values()) {
    seen.get(facility)?.add(relation.name)
    findings.push(...checkRelation(facility, relation))
  }
  for (const [facility, names] of seen) findings.push(...checkSchema(scene, facility, names))
  return findings
}

function checkSchema(scene: Scene, facility: Facility, names: ReadonlySet<string>): Finding[] {
  const schema = scene.schemas.get(facility.schema)
  // One that is just being made, or taken away.
  if (!schema && isSpare(facility)) return []
  if (!schema) return [finding('schema-missing', { facility: facility.id, object: facility.schema })]
  const shape = shapeOf(facility)
  const missing = [
    ...Object.keys(shape.tables).map((object) => ({ code: 'table-missing', object }) as const),
    ...Object.keys(shape.views).map((object) => ({ code: 'view-missing', object }) as const),
  ].filter(({ object }) => !names.has(object))
  return [
    ...missing.map(({ code, object }) => finding(code, { facility: facility.id, object })),
    ...ownerDiffers(`schema ${schema.name}`, schema.owner, { facility: facility.id }),
    ...grantsDiffer(`schema ${schema.name}`, schema.grants, [`${facility.role} usage`], facility.id),
  ]
}

function checkRelation(facility: Facility, relation: Relation): Finding[] {
  const { name, kind, persistence } = relation
  const shape = shapeOf(facility)
  const about = { facility: facility.id, object: name }
  // An index comes with its table, and is looked at there.
  if (kind === 'i' || kind === 'I') return []
  const table = kind === 'r' ? shape.tables[name] : undefined
  if (!table && kind !== 'v')
    return [finding('relation-unexpected', { ...about, object: `${KINDS[kind] ?? 'a relation'} ${name}` })]

  const may = table ? mayNow(facility, name, table.may, relation) : ['select']
  const findings = [
    ...ownerDiffers(`${table ? 'table' : 'view'} ${name}`, relation.owner, { facility: facility.id }),
    ...grantsDiffer(
      `${table ? 'table' : 'view'} ${name}`,
      relation.grants,
      may.map((privilege) => `${facility.role} ${privilege}`),
      facility.id,
    ),
  ]
  if (table) {
    if (!relation.rls) findings.push(finding('rls-off', about))
    if (!relation.forced) findings.push(finding('rls-not-forced', about))
    if (persistence !== 'p')
      findings.push(finding('table-shape', { ...about, expected: 'logged', found: 'it is lost at a crash (unlogged)' }))
  } else {
    if (!Object.hasOwn(shape.views, name)) findings.push(finding('view-unexpected', about))
    if (!relation.options.some((option) => /^security_invoker=(true|on|yes|1|t)$/i.test(option)))
      findings.push(finding('view-not-invoker', about))
    findings.push(
      ...relation.options
        .filter((option) => !option.startsWith('security_invoker='))
        .map((option) => finding('relation-tuned', { ...about, found: `the option ${option}` })),
    )
  }
  return findings
}

/** What is granted while a facility may add nothing, because its storage is full: less, by exactly that. */
function mayNow(facility: Facility, name: string, may: readonly string[], { grants }: Relation): readonly string[] {
  if (!facility.readOnly || !['journal', 'record', 'blob'].includes(name)) return may
  if (grants.includes(`${facility.role} insert`)) return may
  return may.filter((privilege) => privilege === 'select')
}

const KINDS: Readonly<Record<string, string>> = {
  r: 'the table',
  p: 'the partitioned table',
  v: 'the view',
  m: 'the materialized view',
  S: 'the sequence',
  f: 'the foreign table',
  c: 'the type',
}

const RELATIONS = `
  select class.oid, relnamespace as schema, relname as name, relkind as kind, relpersistence as persistence,
    relrowsecurity as rls, relforcerowsecurity as forced, pg_catalog.pg_get_userbyid(relowner) as owner,
    coalesce(reloptions, '{}') as options,
    case when relkind in ('r', 'v') then ${relationGrantsIn('class')} else '{}' end as grants
  from pg_catalog.pg_class as class
  where relnamespace = any ($1::oid[])`
