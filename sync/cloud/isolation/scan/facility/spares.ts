/**
 * Copies that are not the facility itself: one that is being made, one that a move is filling, and one that a move has left.
 * What is in them is as much the facility's as anything is; so they must be what it must be, and closed besides.
 */
import type pg from 'pg'
import { FACILITY_SHAPES, OPAQUE_ID, OPAQUE_ROLE } from '../expected/facility.ts'
import type { Facility, RegisteredFacility, Registry, Schema, Spare } from '../scene.ts'
import { asTheySay, type Said } from './identity.ts'

/** Whether it is a copy, and not the facility itself. */
export function isSpare({ state }: Facility): boolean {
  return state === 'making' || isClosed({ state })
}

/** Nobody may log in to it: it is not in use yet, or no longer. */
export function isClosed({ state }: Pick<Facility, 'state'>): boolean {
  return state === 'copy' || state === 'old'
}

/**
 * Those on a server, as facilities whose state is what the copy is. A line of the registry that is about no facility, or
 * about one that lives on this very server, accounts for nothing.
 */
export async function sparesHere(
  client: pg.ClientBase,
  { facilities, spares }: Registry,
  server: string,
  schemas: ReadonlyMap<string, Schema>,
): Promise<{ spare: Spare; facility: RegisteredFacility }[]> {
  const registered = new Map(facilities.map((row) => [row.schema, row]))
  const found: { spare: Spare; facility: RegisteredFacility }[] = []
  for (const spare of spares) {
    const { schema, why } = spare
    if (spare.server !== server || !OPAQUE_ROLE.test(schema)) continue
    const row = registered.get(schema)
    if (row ? row.server === server || row.state === 'removed' : why !== 'making') continue
    const said = await saidIn(client, schemas.get(schema))
    found.push({
      spare,
      facility: { ...(row ?? madeAs(schema, said)), server, state: why, version: versionOf(said, row), readOnly: true },
    })
  }
  return found
}

/** The registry does not know it yet: it is taken at its word, if that can be. */
function madeAs(schema: string, said: Said | undefined): Omit<RegisteredFacility, 'server' | 'state' | 'version'> {
  return {
    id: OPAQUE_ID.test(said?.facility ?? '') ? (said?.facility as string) : schema,
    role: schema,
    schema,
    verifier: null,
  }
}

/** The facility itself may have gone on to another version since. */
function versionOf(said: Said | undefined, row: RegisteredFacility | undefined): number {
  const version = Number(said?.version ?? Number.NaN)
  return FACILITY_SHAPES[version] ? version : (row?.version ?? Math.max(...Object.keys(FACILITY_SHAPES).map(Number)))
}

async function saidIn(client: pg.ClientBase, schema: Schema | undefined): Promise<Said | undefined> {
  if (!schema) return undefined
  const named = { id: '', role: '', server: '', state: '', version: 0, verifier: null, schema: schema.name }
  return (await asTheySay(client, [{ ...named, schemaOid: schema.oid }]))[0]?.says
}
