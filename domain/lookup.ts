/**
 * A table that is looked up by text which somebody typed or sent. It has no prototype: a patient may be named
 * Constructor, and a plain object would answer that with a function.
 */
export function lookup<V>(entries: Record<string, V>): Readonly<Record<string, V | undefined>> {
  return Object.freeze(Object.assign(Object.create(null), entries))
}
