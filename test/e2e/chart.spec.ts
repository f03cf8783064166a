/** The chart: who it is, what is known by part, and what two people changed without knowing of each other. */
import { ask, openPatient, register } from './ask.ts'
import { expect, LOGIN, PASSWORD, test } from './fixtures.ts'
import { look, watchForTrouble } from './look.ts'
import { signIn } from './signed-in.ts'

const person = {
  family: 'Patel',
  given: 'Asha',
  prefix: 'Ms',
  sex: 'female',
  birthDate: '1970-01-12',
  phones: ['98200 11111'],
}
const shown = 'PATEL, Asha (Ms)'

test('a chart states what is known, by part, and every part is reached by key', async ({ launch }) => {
  const { page } = await launch({ clinic: true })
  const trouble = watchForTrouble(page)
  await signIn(page, LOGIN, PASSWORD)
  const patient = await register(page, person)
  for (let month = 1; month <= 8; month++) {
    const effective = `2026-0${month}-12T09:30:00Z`
    await ask(page, 'observation.record', {
      patient,
      category: 'vital-signs',
      code: { system: 'http://loinc.org', code: '85354-9', display: 'Blood pressure panel with all children optional' },
      components: [
        {
          code: { system: 'http://loinc.org', code: '8480-6', display: 'Systolic blood pressure' },
          value: { value: 160 - month * 3, unit: 'mm[Hg]' },
        },
        {
          code: { system: 'http://loinc.org', code: '8462-4', display: 'Diastolic blood pressure' },
          value: { value: 100 - month * 2, unit: 'mm[Hg]' },
        },
      ],
      effective,
      flag: month < 6 ? 'H' : 'N',
    })
    await ask(page, 'observation.record', {
      patient,
      category: 'vital-signs',
      code: { system: 'http://loinc.org', code: '29463-7', display: 'Body weight' },
      value: { value: 70 + month / 2, unit: 'kg' },
      effective,
    })
  }
  const { encounter } = await ask<{ encounter: { id: string } }>(page, 'visit.open', { patient, reason: 'Headache' })
  await ask(page, 'medication.add', {
    patient,
    encounter: encounter.id,
    status: 'active',
    intent: 'order',
    medication: { display: 'Amlodipine' },
    strength: '5 mg',
    form: 'tablet',
    dose: { pattern: '1-0-0', timesPerDay: 1 },
    durationDays: 30,
  })
  await openPatient(page, 'asha pat', shown)
  await expect(page.getByText('Allergies not recorded').first()).toBeVisible()
  const listed = page.getByRole('listbox', { name: 'Timeline' })
  await expect(listed.getByRole('option').first()).toBeVisible()
  await listed.getByRole('option').first().click()
  await expect(page.getByRole('heading', { name: 'History' })).toBeVisible()
  await look(page, 'chart-timeline')

  // Problems: added by code, resolved in one press, taken back by key.
  await page.getByRole('tab', { name: /^Timeline/ }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('tab', { name: /^Problems/ })).toHaveAttribute('aria-selected', 'true')
  await page.getByRole('textbox', { name: 'Problem or ICD-10 code' }).focus()
  await page.keyboard.type('E11.9')
  await expect(page.getByRole('option', { name: /diabetes/i }).first()).toBeVisible()
  await page.keyboard.press('Enter')
  await page.getByLabel(/^Since/).fill('mar 2021')
  await page.keyboard.press('Control+Enter')
  const row = page.getByRole('row', { name: /diabetes/i })
  await expect(row).toContainText('Mar-2021')
  await row.getByRole('button', { name: /Resolve/ }).click()
  await expect(page.getByRole('table', { name: 'Past' })).toContainText(/diabetes/i)
  await expect(page.getByText(/is marked resolved\.$/)).toBeVisible()
  await page.keyboard.press('Alt+z')
  await expect(page.getByRole('table', { name: 'Past' })).toBeHidden()
  await look(page, 'chart-problems')

  await page.getByRole('tab', { name: 'Vitals' }).click()
  await expect(page.getByRole('figure')).toBeVisible()
  await expect(page.getByRole('cell', { name: '136/84' }).first()).toBeVisible()
  await look(page, 'chart-vitals')
  // One that was entered wrongly: corrected where it stands; one that is not this patient's: withdrawn.
  await page.getByRole('button', { name: /^Correct 136\/84/ }).focus()
  await page.keyboard.press('Enter')
  const right = page.getByRole('textbox', { name: 'What it should be' })
  await expect(right).toBeFocused()
  await page.keyboard.type('84/136')
  await page.keyboard.press('Enter')
  await expect(page.getByText(/The upper number comes first/)).toBeVisible()
  await look(page, 'chart-correction')
  await right.fill('126/84')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('cell', { name: '126/84' }).first()).toBeVisible()
  await expect(page.getByRole('cell', { name: '136/84' })).toHaveCount(0)
  await page.getByRole('button', { name: /^Correct 126\/84/ }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Not this patient’s' }).click()
  await expect(page.getByRole('cell', { name: '126/84' })).toHaveCount(0)

  // Allergies: asked and none; then one after all, which outranks it.
  await page.getByRole('tab', { name: 'Allergies' }).click()
  await page.getByRole('button', { name: /no known allergies/ }).click()
  await expect(page.getByText(/^No known allergies \(/)).toBeVisible()
  await page.getByRole('textbox', { name: 'Allergic to' }).focus()
  await page.keyboard.type('penic')
  await expect(page.getByRole('option', { name: 'Penicillin' }).first()).toBeVisible()
  await page.keyboard.press('Enter')
  await page.getByLabel('Reaction').fill('Rash')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText('PENICILLIN', { exact: true })).toBeVisible()
  await expect(page.getByText(/^No known allergies \(/)).toBeHidden()
  await look(page, 'chart-allergies')

  await page.getByRole('tab', { name: 'Immunizations' }).click()
  await page.getByRole('textbox', { name: 'Vaccine' }).focus()
  await page.keyboard.type('tdap')
  await expect(page.getByRole('option', { name: /Tdap/ }).first()).toBeVisible()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('row', { name: /Tdap/ })).toBeVisible()
  await look(page, 'chart-immunizations')
  for (const part of ['Medications', 'Results']) {
    await page.getByRole('tab', { name: new RegExp(`^${part}`) }).click()
    await look(page, `chart-${part.toLowerCase()}`)
  }
  expect(trouble).toEqual([])
})

test('the chart of somebody who has died looks so, says their age then, and offers no visit', async ({ launch }) => {
  const { page } = await launch({ clinic: true })
  await signIn(page, LOGIN, PASSWORD)
  await register(page, { ...person, deceased: true, deceasedAt: '2025-11-14' })
  await openPatient(page, 'asha pat', shown)
  await expect(page.getByText('14-Nov-2025 (55y)')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Start visit' })).toBeHidden()
  await look(page, 'chart-deceased')
})
