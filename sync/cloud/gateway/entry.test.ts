import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EntryBody } from '../../../domain/entry.ts'
import { jsonb, readEntry } from './entry.ts'

const good = {
  v: 1,
  device: '0'.repeat(16),
  dseq: 1,
  hlc: '0'.repeat(16),
  author: 'system',
  kind: 'change',
  record: 'patient',
  id: 'x',
  fields: { family: 'A' },
  base: ['a'.repeat(64)],
  prev: '',
}

describe('the gateway’s own check of an entry', () => {
  test('agrees with the domain’s definition, whatever is put where', () =>
    fc.assert(
      fc.property(
        fc.constantFrom('v', 'hlc', 'author', 'kind', 'record', 'id', 'fields', 'base', 'reason', 'more'),
        fc.oneof(
          fc.jsonValue({ maxDepth: 3 }),
          fc.string({ maxLength: 80, unit: 'grapheme-ascii' }),
          fc.constantFrom('access', 'session', 'admin', 'change', 'f'.repeat(16), ['b'.repeat(64)], 'r'.repeat(2001)),
          fc.dictionary(fc.constantFrom('a', 'B', 'a_b', '__proto__', 'a-b', 'a'.repeat(65)), fc.jsonValue(), {
            maxKeys: 3,
          }),
        ),
        (key, value) => {
          const entry: Record<string, unknown> = { ...good, kind: 'session' }
          entry[key] = value
          const taken = typeof readEntry(entry, 'h') !== 'string'
          // zod drops a field named __proto__ without a word; here it is no entry.
          const hostile = Object.hasOwn(Object(entry.fields), '__proto__')
          expect(taken).toBe(EntryBody.safeParse(entry).success && !hostile)
        },
      ),
      { numRuns: 2000 },
    ))

  test('refuses what could not be stored or folded', () => {
    expect(readEntry(good, 'h')).toMatchObject({ kind: 'change', change: { hash: 'h', fields: { family: 'A' } } })
    for (const id of ['', 'a\nb', 'a\u0000', '\ud800']) expect(readEntry({ ...good, id }, 'h')).toBe('not-an-entry')
    let deep: unknown = 1
    for (let i = 0; i < 100_000; i++) deep = [deep]
    expect(readEntry({ ...good, fields: { deep } }, 'h')).toBe('too-deep')
  })
})

test('jsonb text holds what PostgreSQL can hold, and is otherwise the same value', () =>
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const text = jsonb(value)
      expect(/(?<!\\)(\\\\)*\\u(0000|d[89a-f])/i.test(text)).toBe(false)
      if (text === JSON.stringify(value)) return
      expect(JSON.stringify(value)).toMatch(/\\u(0000|d[89a-f])/i)
    }),
  ))
