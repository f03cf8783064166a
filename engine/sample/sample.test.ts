import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { KINDS } from '../../domain/kinds.ts'
import { importFile } from '../import/import-file.ts'
import { openStore } from '../import/open-store.fixture.ts'
import { clockHere } from './day.ts'
import { sampleResources, writeSample } from './sample.ts'

const today = '2026-11-21'
let clinic: ReturnType<typeof openStore>
beforeEach(() => {
  clinic = openStore()
})
afterEach(() => clinic.close())

test('the sample clinic is the same for the same seed and day, and another for another', () => {
  const made = (seed: number) => JSON.stringify([...sampleResources({ patients: 20, today, seed })])
  expect(made(1)).toBe(made(1))
  expect(made(1)).not.toBe(made(2))
})

test('its people are plainly invented, and nothing of theirs lies in the future', () => {
  for (const resource of sampleResources({ patients: 60, today })) {
    const text = JSON.stringify(resource)
    if (resource.resourceType === 'Patient') {
      expect(text).toMatch(/"given":\["Sample /)
      expect(text).toMatch(/\+91 00000 /)
    }
    for (const [day] of text.matchAll(/"\d{4}-\d\d-\d\d/g)) expect(day.slice(1) <= today).toBe(true)
  }
})

test.each([
  ['India, in the evening', '+05:30', 19 * 60],
  ['California, at noon', '-08:00', 12 * 60],
  ['Fiji, early', '+12:00', 3 * 60],
  ['soon after midnight', '+00:00', 6],
])('everybody of today has come by now: %s', (_, zone, minute) => {
  const now = Date.parse(`${today}T00:00:00${zone}`) + minute * 60_000
  const starts: number[] = []
  for (const resource of sampleResources({ patients: 120, today, zone, minute })) {
    for (const [time] of JSON.stringify(resource).matchAll(/"\d{4}-\d\d-\d\dT[^"]+/g))
      expect(Date.parse(time.slice(1))).toBeLessThanOrEqual(now)
    const { resourceType, period } = resource as { resourceType: string; period?: { start: string } }
    if (resourceType === 'Encounter' && period?.start.startsWith(today)) starts.push(Date.parse(period.start))
  }
  expect(starts).toHaveLength(24)
  expect(starts).toEqual(starts.toSorted((a, b) => a - b))
  expect(starts[0]).toBeGreaterThanOrEqual(Date.parse(`${today}T00:00:00${zone}`))
})

test('the clock of this computer says its own day, offset and minute', () => {
  const now = new Date(2026, 10, 21, 9, 41)
  const { today: day, zone, minute } = clockHere(now)
  expect([day, minute]).toEqual(['2026-11-21', 9 * 60 + 41])
  expect(Date.parse(`2026-11-21T09:41:00${zone}`)).toBe(now.getTime())
})

test('it imports whole into the kinds: years of visits, today’s at every stage, no resource kept aside', async () => {
  const path = join(clinic.dir, 'sample.json')
  const { patients, resources } = await writeSample(path, { patients: 60, today })
  expect(patients).toBe(60)
  const report = importFile(clinic, path)
  expect(report).toMatchObject({ patients: 60, kept: {}, unchanged: 0, failed: [] })
  for (const name of Object.keys(KINDS).filter((kind) => kind !== 'user' && kind !== 'unmodeled')) {
    expect(report.records[name], name).toBeGreaterThan(0)
  }
  expect(Object.values(report.records).reduce((sum, n) => sum + n)).toBe(resources)
  expect(clinic.store.list(KINDS.patient).some(({ given }) => given === 'Sample Lakshmi')).toBe(true)
  const day = clinic.db.all<{ status: string }>(`select status from encounter where start like ?`, [`${today}%`])
  expect(day).toHaveLength(12)
  expect(new Set(day.map(({ status }) => status))).toEqual(new Set(['finished', 'in-progress', 'triaged', 'arrived']))
  const first = clinic.db.get<{ start: string }>('select min(start) as start from encounter')
  expect(Number(first?.start.slice(0, 4))).toBeLessThanOrEqual(2023)
  expect(clinic.store.list(KINDS.allergy_intolerance).some(({ code }) => code.code === '716186003')).toBe(true)
  // All that Alcove itself would write: nothing has to be kept beside the fields.
  const kept = clinic.db.get<{ n: number }>(`select count(*) as n from observation where source ->> 'kept' is not null`)
  expect(kept?.n).toBe(0)
  expect(importFile(clinic, path)).toMatchObject({ patients: 0, records: {}, failed: [] })
})

test('people alone, for searches among very many, are made quickly and one at a time', () => {
  const people = sampleResources({ patients: 1_000_000, today, patientsOnly: true })
  expect(people.next().value).toMatchObject({ resourceType: 'Patient' })
})
