import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Events } from '../api-shapes.ts'
import { type Clinic, createClinic, unwrap } from '../clinic.ts'
import { sampleBundle } from '../sample/sample.ts'

let dir: string
let clinic: Clinic
const told: Events['import.progress'][] = []

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'alcove-data-'))
  const { clinic: made } = await createClinic({
    dir: join(dir, 'clinic'),
    facility: 'Sample Clinic',
    admin: { login: 'admin', name: 'Sample Admin', password: 'correct horse battery' },
    recoveryNoted: true,
    emit: (event, data) => {
      if (event === 'import.progress') told.push(data as Events['import.progress'])
    },
  })
  clinic = made
  writeFileSync(join(dir, 'sample.json'), [...sampleBundle({ patients: 30, today: '2026-11-21' })].join(''))
})
afterAll(async () => {
  await clinic.close()
  rmSync(dir, { recursive: true, force: true })
})

describe('records in and out', () => {
  test('through the one way in: imported, found, verified, exported, and on record', async () => {
    const report = unwrap(await clinic.dispatch('data.import', { path: join(dir, 'sample.json') }))
    expect(report).toMatchObject({ patients: 30, kept: {}, failed: [] })
    expect(told.length).toBeGreaterThan(0)
    expect(unwrap(await clinic.dispatch('data.verify', {}))).toMatchObject({ ok: true, problems: [] })
    const path = join(dir, 'out.json')
    const { resources, bytes } = unwrap(await clinic.dispatch('data.export', { path }))
    const text = readFileSync(path)
    expect(text.length).toBe(bytes)
    const { entry } = JSON.parse(text.toString()) as { entry: { resource: { resourceType: string } }[] }
    expect(entry).toHaveLength(resources)
    expect(entry.filter(({ resource }) => resource.resourceType === 'Patient')).toHaveLength(30)
    // Whoever signs in is no part of the records.
    expect(text.toString()).not.toContain('Sample Admin')
    const { context } = clinic.engine
    const noted = context?.db.all<{ record: string }>(`select record from journal where kind = 'admin'`)
    expect(noted?.map(({ record }) => record)).toEqual(expect.arrayContaining(['data.imported', 'data.exported']))
  })

  test('of a broken file: an answer that says where, and not an error', async () => {
    writeFileSync(join(dir, 'broken.json'), '{"resourceType":"Bundle","type":"batch","entry":[{"resource":{')
    const report = unwrap(await clinic.dispatch('data.import', { path: join(dir, 'broken.json') }))
    expect(report.failed).toMatchObject([{ where: 'entry[0]', reason: 'The file ends in the middle of it.' }])
  })

  test('a path is given in full', async () => {
    expect(await clinic.dispatch('data.import', { path: 'sample.json' })).toMatchObject({
      error: { code: 'bad-input' },
    })
    expect(await clinic.dispatch('data.export', { path: join(dir, 'no', 'out.json') })).toMatchObject({
      error: { code: 'bad-input', message: 'There is no such folder to export to.' },
    })
  })
})

test('codes are found by whoever may read them', async () => {
  const { codes } = unwrap(await clinic.dispatch('code.search', { system: 'icd10', text: 'hypert ess' }))
  expect(codes[0]).toEqual({ code: 'I10', display: 'Essential hypertension', favorite: false })
  writeFileSync(join(dir, 'codes.csv'), 'code,display\nA00.0,Cholera\n')
  expect(await clinic.dispatch('code.import', { system: 'icd10', path: join(dir, 'codes.csv') })).toEqual({
    ok: true,
    value: { codes: 1 },
  })
})

test('an export into the clinic’s own folder would replace its records or keys, or lie there readable: refused', async () => {
  const own = join(dir, 'clinic')
  const link = join(dir, 'link')
  symlinkSync(own, link)
  mkdirSync(join(own, 'backups'), { recursive: true })
  const before = readdirSync(own)
  for (const path of [
    join(own, 'clinic.db'),
    join(own, 'keyring.json'),
    join(own, 'out.json'),
    join(own, 'backups', 'out.json'),
    join(link, 'clinic.db'),
    `${own}/../clinic/clinic.db`,
  ])
    expect(await clinic.dispatch('data.export', { path })).toMatchObject({ ok: false, error: { code: 'bad-input' } })
  expect(readdirSync(own)).toEqual(before)
})
