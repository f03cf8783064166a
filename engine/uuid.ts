import { randomUUID } from 'node:crypto'

/** A new record's id: UUID version 7, so that ids made one after the other lie beside each other in an index. */
export function newId(now = Date.now()): string {
  const time = now.toString(16).padStart(12, '0')
  // The random part is that of a version 4, for which Node keeps random bytes in store.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}
