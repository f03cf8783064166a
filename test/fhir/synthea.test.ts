import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { MODELED_TYPES, type Resource } from '../../domain/fhir/fhir.ts'
import { exportFile } from '../../engine/export/export-file.ts'
import { importFile } from '../../engine/import/import-file.ts'
import { openStore } from '../../engine/import/open-store.fixture.ts'
import { meaningOf, problemsOf } from './independent.ts'

const folder = join(import.meta.dirname, '../../../shared/data/synthea')
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : []

type Entry = { fullUrl: string; resource: Resource & { id: string } }
const entriesOf = (path: string) => (JSON.parse(readFileSync(path, 'utf8')) as { entry: Entry[] }).entry
const keyOf = ({ resource }: Entry) => `${resource.resourceType}/${resource.id}`

describe('every Synthea bundle', () => {
  beforeEach((context) => context.skip(files.length === 0, 'the Synthea bundles are not on this machine'))

  let clinic: ReturnType<typeof openStore>
  const came = new Map<string, Entry>()
  const went = new Map<string, Entry>()
  let again: number

  beforeAll(() => {
    clinic = openStore()
    for (const name of files) {
      const path = join(folder, name)
      for (const entry of entriesOf(path)) came.set(keyOf(entry), entry)
      expect(importFile(clinic, path).failed).toEqual([])
    }
    const before = clinic.entries()
    const reports = files.map((name) => importFile(clinic, join(folder, name)))
    expect(clinic.entries()).toBe(before)
    again = reports.reduce((sum, { unchanged }) => sum + unchanged, 0)
    const out = join(clinic.dir, 'out.json')
    exportFile(clinic, out)
    for (const entry of entriesOf(out)) went.set(keyOf(entry), entry)
  }, 120_000)
  afterAll(() => clinic?.close())

  test('imports with nothing failed, and a second time with nothing changed', () => {
    expect(again).toBeGreaterThanOrEqual(came.size)
  })

  test('goes out with every resource in it, each as it came', () => {
    expect([...went.keys()].sort()).toEqual([...came.keys()].sort())
    for (const [key, { fullUrl, resource }] of came) {
      expect(went.get(key)?.fullUrl).toBe(fullUrl)
      expect(isDeepStrictEqual(went.get(key)?.resource, resource), key).toBe(true)
    }
  })

  test('means the same to a library that is not ours, and is no less valid than it was', () => {
    const told = new Map<string, number>()
    for (const [key, { resource }] of came) {
      if (!MODELED_TYPES.has(resource.resourceType)) continue
      const out = went.get(key)?.resource as Resource
      expect(meaningOf(out), key).toBe(meaningOf(resource))
      // Validation takes its time; a few dozen of each type show as much as two thousand.
      const count = (told.get(resource.resourceType) ?? 0) + 1
      told.set(resource.resourceType, count)
      if (count <= 60) expect(problemsOf(out), key).toEqual(problemsOf(resource))
    }
  }, 240_000)
})
