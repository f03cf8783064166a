import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openStore } from '../import/open-store.fixture.ts'
import { loadCodes } from './code-list.ts'
import { findCodes, noteFavorite } from './find-codes.ts'
import { ICD10_OUTPATIENT } from './icd10-outpatient.ts'

let clinic: ReturnType<typeof openStore>
beforeEach(() => {
  clinic = openStore()
})
afterEach(() => clinic.close())
const find = (text: string, user = 'me') => findCodes(clinic.db, user, 'icd10', text, 20).map(({ code }) => code)

test('the list that is shipped has at least 400 codes, each once and well formed', () => {
  expect(ICD10_OUTPATIENT.length).toBeGreaterThanOrEqual(400)
  expect(new Set(ICD10_OUTPATIENT.map(({ code }) => code)).size).toBe(ICD10_OUTPATIENT.length)
  for (const { code, display } of ICD10_OUTPATIENT) {
    expect(code).toMatch(/^[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?$/)
    expect(display).toMatch(/^\S.*\S$/)
  }
})

describe('a code is found', () => {
  test('by its beginning, with or without the point, in any case', () => {
    expect(find('E11.9')[0]).toBe('E11.9')
    expect(find('e119')[0]).toBe('E11.9')
    expect(find('i10')[0]).toBe('I10')
    expect(find('e11').every((code) => code.startsWith('E11'))).toBe(true)
  })

  test('by words and beginnings of words, in any order, and by what people call it', () => {
    expect(find('hypert ess')[0]).toBe('I10')
    expect(find('HTN')).toContain('I10')
    expect(find('loose motions')).toContain('A09')
    expect(find('type 2 diab')[0]).toBe('E11.9')
    expect(find('diarrhoea')).toContain('A09')
  })

  test('the everyday ones before the rare ones, and a favorite before either', () => {
    expect(find('viral').slice(0, 2)).toEqual(['B34.9', 'J06.9'])
    expect(find('viral').indexOf('B07.9')).toBeGreaterThan(find('viral').indexOf('A08.4'))
    expect(find('fever')[0]).toBe('R50.9')
    expect(find('cold')[0]).toBe('J00')
    expect(find('diabetes')[0]).toBe('E11.9')
    expect(find('cough')[0]).toBe('R05.9')
    expect(find('headache')[0]).toBe('R51.9')
    noteFavorite(clinic.db, 'me', { system: 'icd10', code: 'B07.9', display: 'Viral wart' }, new Date())
    expect(find('viral')[0]).toBe('B07.9')
    expect(find('viral', 'other')[0]).toBe('B34.9')
    // Every one of the short list is in the long one: a slip in a code would rank nothing.
    expect(ICD10_OUTPATIENT.filter(({ common }) => common > 1).length).toBe(
      Math.max(...ICD10_OUTPATIENT.map(({ common }) => common)) - 1,
    )
  })

  test('so in a clinic too that took in the list before it said what is common', () => {
    find('viral')
    clinic.db.run(`update code set common = 1`)
    clinic.db.run(`update meta set value = '1' where key = 'codes-shipped'`)
    expect(find('viral')[0]).toBe('B34.9')
  })

  test('or not, whatever is typed', () => {
    for (const text of [
      '"',
      'a"b',
      "x' or 1=1",
      '*',
      'AND OR NOT',
      '()',
      'near(',
      '%',
      '\\',
      'हिन्दी',
      'x'.repeat(200),
    ]) {
      expect(Array.isArray(find(text))).toBe(true)
    }
    expect(find('zzzz')).toEqual([])
  })

  test('favorites of this user first, and of nobody else', () => {
    const picked = { system: 'icd10', code: 'I12.9', display: 'Hypertensive chronic kidney disease' }
    expect(find('hypertensive')[0]).not.toBe('I12.9')
    noteFavorite(clinic.db, 'me', picked, new Date())
    noteFavorite(clinic.db, 'me', picked, new Date())
    expect(find('hypertens')[0]).toBe('I12.9')
    expect(find('hypertens', 'other')[0]).not.toBe('I12.9')
    expect(findCodes(clinic.db, 'me', 'icd10', '', 5)).toEqual([
      { code: 'I12.9', display: picked.display, favorite: true },
    ])
    // A code that was typed out is meant, whatever the favorites are.
    expect(find('I10')[0]).toBe('I10')
  })
})

describe('a list from a CSV file', () => {
  test('is added to what is there, and the common words stay', async () => {
    const path = clinic.write(
      'codes.csv',
      '\ufeffcode,display\r\nI10,"Essential (primary) hypertension"\r\nA00.0,"Cholera, biovar"\r\n',
    )
    expect(await loadCodes(clinic.db, 'icd10', path)).toEqual({ codes: 2 })
    expect(await loadCodes(clinic.db, 'icd10', path)).toEqual({ codes: 2 })
    expect(findCodes(clinic.db, 'me', 'icd10', 'HTN', 1)).toMatchObject([
      { display: 'Essential (primary) hypertension' },
    ])
    expect(find('cholera')).toEqual(['A00.0'])
    expect(find('dengue')).toContain('A90')
  })

  test.each([
    ['no header', 'A00,Cholera\n', 'Line 1'],
    ['a line without display', 'code,display\nA00.0,Cholera\nA01\n', 'Line 3'],
    ['an open quote', 'code,display\nA00.0,"Cholera\n', 'Line'],
    ['something else altogether', '{"resourceType":"Bundle"}', 'Line 1'],
    ['a quote in the middle', 'code,display\nA00.0,Cholera "biovar"\n', 'Line 2'],
    ['empty', '', 'no codes'],
    ['only a header', 'code,display\n', 'no codes'],
    ['a code that is too long', `code,display\n${'A'.repeat(100)},x\n`, 'Line 2'],
  ])('that is broken changes nothing: %s', async (_, content, says) => {
    const before = find('cholera')
    await expect(loadCodes(clinic.db, 'icd10', clinic.write('codes.csv', content))).rejects.toThrow(says)
    expect(find('cholera')).toEqual(before)
  })

  test('that is not there', async () => {
    await expect(loadCodes(clinic.db, 'icd10', join(clinic.dir, 'nowhere.csv'))).rejects.toThrow('no such file')
    await expect(loadCodes(clinic.db, 'icd10', clinic.dir)).rejects.toThrow('folder')
  })

  const full = join(import.meta.dirname, '../../../shared/data/icd10cm-2022.csv')
  test('of 72,750 codes is taken whole, and found in', async (context) => {
    context.skip(!existsSync(full), 'the full ICD-10 list is not on this machine')
    const began = performance.now()
    expect(await loadCodes(clinic.db, 'icd10', full)).toEqual({ codes: 72_750 })
    const loaded = performance.now() - began
    const took = ['fracture', 'f', 'diab', 'closed fract femur', 'E11', 'S82'].map((text) => {
      const at = performance.now()
      expect(find(text).length).toBeGreaterThan(0)
      return performance.now() - at
    })
    console.info(`72,750 codes in ${Math.round(loaded)} ms; slowest search ${Math.round(Math.max(...took))} ms`)
    expect(find('hypertension')[0]).toBe('I10')
  })
})
