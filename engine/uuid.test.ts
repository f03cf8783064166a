import { expect, test } from 'vitest'
import { id } from '../domain/fields.ts'
import { newId } from './uuid.ts'

test('ids are UUIDs of version 7: valid, different, and in the order of time', () => {
  const ids = Array.from({ length: 1000 }, (_, at) => newId(Date.parse('2026-01-12T00:00:00Z') + at))
  for (const it of ids) expect(it).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect([...ids].sort()).toEqual(ids)
  expect(new Set(Array.from({ length: 1000 }, () => newId(0))).size).toBe(1000)
  expect(id().safeParse(ids[0]).success).toBe(true)
})
