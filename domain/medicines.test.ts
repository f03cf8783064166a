import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alertsFor, findMedicines, medicineNamed, medicines } from './medicines.ts'

test('the list has what an outpatient clinic commonly prescribes, each once, each with a form', () => {
  expect(medicines.length).toBeGreaterThanOrEqual(300)
  expect(new Set(medicines.map((it) => it.name)).size).toBe(medicines.length)
  for (const medicine of medicines) {
    expect(medicine.preparations.length, medicine.name).toBeGreaterThan(0)
    for (const { strength, form } of medicine.preparations) {
      expect(form, medicine.name).toMatch(/[a-z]/)
      // As ISMP asks: no trailing zero, a leading zero, micrograms and units in words.
      expect(strength, medicine.name).not.toMatch(/\d\.\d*0\b(?!\d)|(?<![\d])\.\d|mcg|µg|\bIU\b|\bU\b/)
      expect(
        strength === '' || /^[\d,.]+ ?(mg|g|mL|%|micrograms|units)/.test(strength),
        `${medicine.name} ${strength}`,
      ).toBe(true)
    }
  }
})

describe('a medicine is found', () => {
  test.each([
    ['amox', 'Amoxicillin'],
    ['crocin', 'Paracetamol'],
    ['Augmentin', 'Amoxicillin + Clavulanic acid'],
    ['metf', 'Metformin'],
    ['telma', 'Telmisartan'],
    ['clav amox', 'Amoxicillin + Clavulanic acid'],
  ])('typed as %s: %s first', (typed, name) => {
    expect(findMedicines(typed)[0]?.medicine.name).toBe(name)
  })
  test.each([
    ['Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet', 'Amoxicillin'],
    ['24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet', 'Metformin'],
    ['Acetaminophen 325 MG Oral Tablet', 'Paracetamol'],
    ['co-trimoxazole', 'Sulfamethoxazole + Trimethoprim'],
  ])('as imported: %s', (imported, name) => {
    expect(medicineNamed(imported)?.name).toBe(name)
  })
  test('and what is not in the list is not taken for something else', () => {
    expect(medicineNamed('Snake oil 10 mg')).toBeUndefined()
    expect(findMedicines('')).toEqual([])
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => void [findMedicines(text), medicineNamed(text)]))
  })
})

describe('a warning is given', () => {
  const warned = (medicine: string, allergies: string[], taking: string[] = []) =>
    alertsFor(medicine, allergies, taking).map(({ code, how }) => `${code} ${how}`)
  test.each<[string, string, string]>([
    ['Amoxicillin', 'Penicillin', 'allergy group'],
    ['Amoxicillin', 'Allergy to penicillin (finding)', 'allergy group'],
    ['Augmentin', 'Amoxicillin', 'allergy same'],
    ['Cefixime', 'penicillin', 'allergy cross'],
    ['Cefixime', 'Amoxicillin', 'allergy cross'],
    ['Ampicillin', 'Amoxicillin', 'allergy group'],
    ['Septran', 'Sulfa drugs', 'allergy group'],
    ['Bactrim', 'sulphonamides', 'allergy group'],
    ['Ibuprofen', 'Aspirin', 'allergy cross'],
    ['Diclofenac', 'NSAIDs', 'allergy group'],
    ['Combiflam', 'paracetamol', 'allergy same'],
    ['Snake oil', 'snake oil', 'allergy same'],
    ['Azithromycin', 'Erythromycin', 'allergy group'],
  ])('%s to somebody allergic to %s: %s', (medicine, allergy, warning) => {
    expect(warned(medicine, [allergy])).toEqual([warning])
  })
  test.each<[string, string, string]>([
    ['Crocin', 'Paracetamol 500 mg', 'duplicate same'],
    ['Ibuprofen', 'Diclofenac', 'duplicate group'],
    ['Telma-AM', 'Amlodipine', 'duplicate same'],
    ['Ramipril', 'Enalapril', 'duplicate group'],
    ['Snake oil', 'Snake Oil', 'duplicate same'],
  ])('%s to somebody who takes %s: %s', (medicine, taken, warning) => {
    expect(warned(medicine, [], [taken])).toEqual([warning])
  })
  test('and not where there is nothing to warn of: too many, and nobody reads them', () => {
    expect(warned('Paracetamol', ['Penicillin', 'Peanut', 'House dust mite'], ['Metformin', 'Amlodipine'])).toEqual([])
    expect(warned('Insulin aspart', [], ['Insulin glargine'])).toEqual([])
    expect(warned('Azithromycin', ['Penicillin'])).toEqual([])
    expect(warned('Furosemide', ['Sulfa'])).toEqual([])
  })
})
