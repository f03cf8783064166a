/** The tables themselves: their columns, keys and indexes, and the tag that every row carries and no other can be written. */
import { type FacilityTable, TAG_CHECK, TAG_DEFAULT } from '../expected/facility.ts'
import { type Finding, finding } from '../finding.ts'
import type { Facility, Scene } from '../scene.ts'
import { type Difference, type Table, tableDiffers, tablesOf } from '../tables.ts'
import { everyShape, isKnown, type Portion, shapeOf } from './relations.ts'

/** The tags of facilities, by what the defaults and checks of their tables say most. */
export type Tags = ReadonlyMap<Facility, string>

export async function checkShapes(scene: Scene, portion: Portion): Promise<{ findings: Finding[]; tags: Tags }> {
  const tables = await tablesOf(scene.client, portion.tables)
  const tags = tagsOf(portion, tables)
  const findings = tables.flatMap((table) => {
    const { facility, relation } = portion.relations.get(table.oid) ?? {}
    const shape = facility && relation && shapeOf(facility).tables[relation.name]
    return shape ? checkTable(facility, relation.name, shape, table, tags.get(facility)) : []
  })
  return { findings, tags }
}

function checkTable(
  facility: Facility,
  name: string,
  shape: FacilityTable,
  table: Table,
  tag: string | undefined,
): Finding[] {
  const about = { facility: facility.id, object: name }
  const findings: Finding[] = []
  const { [TAG_CHECK.name]: check = 'not checked', ...constraints } = table.constraints ?? {}
  const found = (text: string) => written(text, facility, tag)

  const [type = '', given = 'none'] = (table.columns.tag ?? '').split(/ default (.*)/s)
  if (found(given) !== TAG_DEFAULT)
    findings.push(finding('tag-default', { ...about, expected: TAG_DEFAULT, found: found(given) }))
  if (found(check) !== TAG_CHECK.is)
    findings.push(finding('tag-check', { ...about, expected: TAG_CHECK.is, found: found(check) }))

  const foreign = Object.values(constraints).filter((one) => one.startsWith('FOREIGN KEY'))
  findings.push(...foreign.map((one) => finding('foreign-key', { ...about, found: one })))
  const keys = Object.fromEntries(Object.entries(constraints).filter(([, one]) => !one.startsWith('FOREIGN KEY')))
  const columns = { ...table.columns, ...(table.columns.tag === undefined ? {} : { tag: type }) }
  findings.push(
    ...table.ties.map((other) => finding('inheritance', { ...about, found: other })),
    ...tableDiffers({ ...table, columns, constraints: keys }, shape).map((one) =>
      finding(one.part === 'index' ? 'index-shape' : 'table-shape', {
        ...{ ...about, expected: one.expected, found: one.found },
        ...(isStrange(facility, name, one) ? { severity: 'critical' } : {}),
      }),
    ),
    ...table.odd.map((one) => finding('relation-odd', { ...about, found: one })),
    ...table.tuned.map((one) => finding('relation-tuned', { ...about, found: one })),
  )
  return findings
}

/** Half a migration, or the next one, is nothing that anybody could see another's records by; a function of somebody's is. */
function isStrange(facility: Facility, table: string, { found, runs }: Difference): boolean {
  if (!runs || !isKnown(facility)) return false
  const known = everyShape().flatMap(({ tables }) => {
    const { columns = {}, keys = {}, indexes = {} } = tables[table] ?? {}
    return Object.entries({ ...columns, ...keys, ...indexes }).map(([name, text]) => `${name} is ${text}`)
  })
  return !known.includes(found)
}

/** An expression as PostgreSQL wrote it out, with what differs from facility to facility replaced by what it stands for. */
export function written(text: string, facility: Facility, tag: string | undefined): string {
  const named = text.replaceAll(`'${facility.role}'::name`, '<role>')
  return tag === undefined ? named : named.replaceAll(`'${tag}'::uuid`, '<tag>')
}

function tagsOf(portion: Portion, tables: readonly Table[]): Tags {
  const seen = new Map<Facility, Map<string, number>>()
  for (const { oid, columns, constraints } of tables) {
    const facility = portion.relations.get(oid)?.facility
    if (!facility) continue
    const counts = seen.get(facility) ?? new Map<string, number>()
    seen.set(facility, counts)
    for (const text of [columns.tag, constraints?.[TAG_CHECK.name]]) {
      const tag = text && /'([0-9a-f-]{36})'::uuid/.exec(text)?.[1]
      if (tag) counts.set(tag, (counts.get(tag) ?? 0) + 1)
    }
  }
  const tags = new Map<Facility, string>()
  for (const [facility, counts] of seen) {
    const [most] = [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
    if (most) tags.set(facility, most[0])
  }
  return tags
}

/** A tag that another facility has, or that can be reckoned from a name, is no secret. */
export function checkTags(tags: Tags): Finding[] {
  const findings: Finding[] = []
  const owners = new Map<string, Facility>()
  for (const [facility, tag] of tags) {
    const { id: object } = facility
    const other = owners.get(tag)
    if (other)
      findings.push(
        finding('tag-shared', { facility: facility.id, object, found: other.id }),
        finding('tag-shared', { facility: other.id, object: other.id, found: facility.id }),
      )
    owners.set(tag, facility)
    const bits = tag.replaceAll('-', '')
    const known = (['id', 'role', 'schema'] as const).find((name) => facility[name].includes(bits))
    if (known) findings.push(finding('tag-known', { facility: facility.id, object, found: known }))
  }
  return findings
}
