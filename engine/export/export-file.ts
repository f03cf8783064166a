/**
 * Writes everything the clinic has into a FHIR R4 collection bundle: every record of every kind, what was imported as it
 * came unless it was changed here. Users are left out; they are no part of anybody's records.
 */
import { EXPORTED_KINDS, toFhir } from '../../domain/fhir/fhir.ts'
import type { AnyKind } from '../../domain/kind.ts'
import { KINDS } from '../../domain/kinds.ts'
import type { Context } from '../context.ts'
import type { Row } from '../rows.ts'
import { quoted } from '../tables.ts'
import { Relinker } from './relinker.ts'
import { writeWhole } from './whole-file.ts'

export interface Exported {
  resources: number
  bytes: number
}

export function exportFile({ db, store, now }: Pick<Context, 'db' | 'store' | 'now'>, path: string): Exported {
  const { value: resources, bytes } = writeWhole(path, (write) => {
    const relinker = new Relinker(db)
    let written = 0
    write(`{"resourceType":"Bundle","type":"collection","timestamp":"${now().toISOString()}","entry":[`)
    for (const name of EXPORTED_KINDS) {
      const kind: AnyKind = KINDS[name]
      for (const row of db.iterate<Row>(`select * from ${quoted(name)} order by id`)) {
        const { fullUrl, resource } = toFhir(name, store.read(kind, row) as never)
        write(`${written++ > 0 ? ',' : ''}\n${JSON.stringify({ fullUrl, resource: relinker.relink(resource) })}`)
      }
    }
    write(written > 0 ? '\n]}\n' : ']}\n')
    return written
  })
  return { resources, bytes }
}
