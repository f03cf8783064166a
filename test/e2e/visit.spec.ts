/** A visit without a mouse: found or registered, measured, written, prescribed, signed, printed. */
import { ask, openPatient, prescribed, register } from './ask.ts'
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

test('a visit goes from search to signed note by the keyboard alone', async ({ launch }) => {
  const { page, app } = await launch({ clinic: true })
  const trouble = watchForTrouble(page)
  await signIn(page, LOGIN, PASSWORD)
  const patient = await register(page, person)
  await ask(page, 'allergy.add', {
    patient,
    code: { display: 'Penicillin' },
    criticality: 'high',
    clinicalStatus: 'active',
  })

  await openPatient(page, 'patel', 'PATEL, Asha (Ms)')
  await expect(page.getByText('PENICILLIN', { exact: true })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Start visit' })).toBeFocused()
  await page.keyboard.press('Enter')

  // Vitals: what cannot be is refused, what is unusual is remarked on, what is fine goes on.
  const field = (name: RegExp) => page.getByRole('textbox', { name })
  await expect(field(/^Blood pressure/)).toBeFocused()
  await look(page, 'visit-new')
  await page.keyboard.type('80/120')
  await page.keyboard.press('Enter')
  await expect(page.getByText(/The upper number comes first/)).toBeVisible()
  await expect(field(/^Blood pressure/)).toBeFocused()
  await page.keyboard.type('152/96')
  await page.keyboard.press('Enter')
  await expect(field(/^Pulse/)).toBeFocused()
  await expect(page.getByText(/Unusual: usual is/)).toBeVisible()
  for (const typed of ['84', '99.5F', '18', '98', '68.5', "5'2", '']) {
    if (typed) await page.keyboard.type(typed)
    await page.keyboard.press('Enter')
  }
  await expect(page.getByRole('textbox', { name: 'Complaint' })).toBeFocused()
  await expect(field(/^Temperature/)).toHaveValue('37.5')

  // The note: Enter on an empty line goes on.
  await page.keyboard.type('Headache since 3 days')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'Examination' })).toBeFocused()
  await page.keyboard.type('Alert. Fundi normal.')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')

  // Diagnoses.
  await expect(page.getByRole('textbox', { name: /Add a diagnosis/ })).toBeFocused()
  await page.keyboard.type('I10')
  await expect(page.getByRole('option', { name: /hypertension/i }).first()).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: /Remove .*hypertension/i })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'Assessment' })).toBeFocused()
  await page.keyboard.press('Enter')

  // Prescription by shorthand; an allergy is said while it can still be heeded.
  const medicine = page.getByRole('textbox', { name: /^Medicine, strength/ })
  await expect(medicine).toBeFocused()
  await page.keyboard.type('amoxicillin 500')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert').filter({ hasText: 'Penicillin' })).toBeVisible()
  await look(page, 'visit-allergy')
  await page.keyboard.press('Escape')
  await expect(medicine).toBeFocused()
  await page.keyboard.type('paracetamol 500')
  await page.keyboard.press('Enter')
  await page.keyboard.type('1-0-1 5 x x')
  await page.keyboard.press('Enter')
  await expect(page.getByText(/Write the dose and the days/)).toBeVisible()
  await page.getByRole('textbox', { name: /^Dose/ }).fill('')
  await page.keyboard.type('1-0-1 5d')
  await page.keyboard.press('Enter')
  await expect(prescribed(page, 'Paracetamol 500\u00a0mg tablet')).toBeVisible()
  await expect(medicine).toBeFocused()
  await page.keyboard.type('amlodipine 5')
  await page.keyboard.press('Enter')
  await page.keyboard.type('od 30d')
  await page.keyboard.press('Enter')
  const amlodipine = prescribed(page, 'Amlodipine 5\u00a0mg tablet')
  await expect(amlodipine).toBeVisible()
  await expect(page.getByText('Amlodipine was prescribed.')).toBeVisible()
  // What was just done can be taken back by key.
  await page.keyboard.press('Alt+z')
  await expect(amlodipine).toBeHidden()
  await expect(medicine).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'Advice' })).toBeFocused()
  await page.keyboard.type('Rest, fluids.')
  await page.keyboard.press('Tab')
  await page.keyboard.type('In 5 days if the fever stays.')
  await expect(page.getByText('Draft saved')).toBeVisible()
  await look(page, 'visit')

  await page.keyboard.press('Control+Enter')
  await expect(page.getByText('The note is signed and the visit is finished.')).toBeVisible()
  await expect(page.getByText(/Signed by Dr Asha Rao/)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Print prescription' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect.poll(() => app.printed.length).toBe(1)

  // On paper: who, for whom, what, how, for how long.
  await page.emulateMedia({ media: 'print' })
  const sheet = page.locator('[data-sheet]')
  await expect(sheet).toBeVisible()
  for (const text of [
    'Sunrise Clinic',
    'MBBS',
    'KMC 41234',
    'Ms Asha Patel',
    'Female',
    'PARACETAMOL',
    'for 5 days',
    'Rest, fluids.',
    'In 5 days if the fever stays.',
  ])
    await expect(sheet).toContainText(text)
  await expect(page.getByRole('button', { name: 'Print prescription' })).toBeHidden()
  await page.emulateMedia({ media: 'screen' })
  await look(page, 'visit-signed')

  // What is on record is what was typed.
  const chart = await ask<{
    medications: { status: string; medication: { display: string } }[]
    conditions: unknown[]
  }>(page, 'chart.get', { patient })
  expect(chart.medications.filter((it) => it.status === 'active').map((it) => it.medication.display)).toEqual([
    'Paracetamol',
  ])
  expect(chart.conditions).toHaveLength(1)
  expect(trouble).toEqual([])
})

test('a draft is kept when the visit is left, and a follow-up repeats the last prescription in one key', async ({
  launch,
}) => {
  const { page } = await launch({ clinic: true })
  await signIn(page, LOGIN, PASSWORD)
  const patient = await register(page, person)
  const first = await ask<{ encounter: { id: string } }>(page, 'visit.open', { patient })
  await ask(page, 'medication.add', {
    patient,
    encounter: first.encounter.id,
    status: 'active',
    intent: 'order',
    medication: { display: 'Metformin' },
    strength: '500 mg',
    form: 'tablet',
    dose: { pattern: '1-0-1', timesPerDay: 2 },
    durationDays: 30,
  })
  await ask(page, 'visit.saveNote', {
    encounter: first.encounter.id,
    sections: [{ key: 'complaint', text: 'Diabetes review' }],
  })
  await ask(page, 'visit.sign', { encounter: first.encounter.id })

  await openPatient(page, 'patel', 'PATEL, Asha (Ms)')
  await page.keyboard.press('Alt+v')
  await expect(page.getByRole('textbox', { name: 'Complaint' })).toBeVisible()
  await page.keyboard.press('Alt+l')
  await expect(prescribed(page, 'Metformin 500\u00a0mg tablet')).toBeVisible()
  await page.getByRole('textbox', { name: 'Complaint' }).focus()
  await page.keyboard.type('Feels well')
  await page.keyboard.press('Alt+c')
  await expect(page.getByRole('button', { name: 'Continue visit' })).toBeVisible()
  await page.keyboard.press('Alt+v')
  await expect(page.getByRole('textbox', { name: 'Complaint' })).toHaveValue('Feels well')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText(/Signed by/)).toBeVisible()
})

test('a signed note is amended by key: the original stays in sight, and an amendment can be given up', async ({
  launch,
}) => {
  const { page, app } = await launch({ clinic: true })
  const trouble = watchForTrouble(page)
  await signIn(page, LOGIN, PASSWORD)
  const patient = await register(page, person)
  const { encounter } = await ask<{ encounter: { id: string } }>(page, 'visit.open', { patient })
  await ask(page, 'visit.saveNote', {
    encounter: encounter.id,
    sections: [
      { key: 'complaint', text: 'Pain in the right arm' },
      { key: 'advice', text: 'Rest' },
    ],
  })
  await ask(page, 'visit.sign', { encounter: encounter.id })

  // From the chart, days later: the visit, then the amendment.
  await openPatient(page, 'patel', 'PATEL, Asha (Ms)')
  await page.getByRole('listbox', { name: 'Timeline' }).getByRole('option', { name: /Visit/ }).first().click()
  await page.getByRole('button', { name: 'Open this visit' }).click()
  await expect(page.getByText(/^Signed by Dr Asha Rao/)).toBeVisible()
  await page.keyboard.press('Alt+a')
  const complaint = page.getByRole('textbox', { name: 'Complaint' })
  await expect(complaint).toBeFocused()
  await expect(complaint).toHaveValue('Pain in the right arm')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText('Nothing is different from the signed note yet.')).toBeVisible()
  await complaint.fill('Pain in the left leg')
  await page.getByRole('button', { name: 'Drop amendment' }).click()
  await expect(page.getByText('The amendment was dropped.')).toBeVisible()
  await expect(page.getByText('Pain in the right arm')).toBeVisible()
  await page.keyboard.press('Alt+z')
  await expect(complaint).toHaveValue('Pain in the left leg')
  await complaint.fill('Pain in the left arm')
  await expect(page.getByText('Draft saved')).toBeVisible()
  await look(page, 'visit-amending')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText(/^Amended by Dr Asha Rao/)).toBeVisible()
  await page.locator('summary').focus()
  await page.keyboard.press('Enter')
  await expect(page.getByText('Pain in the right arm')).toBeVisible()
  await look(page, 'visit-amended')

  // The first paper is the first; the next one says that it is not.
  const sheet = page.locator('[data-sheet]')
  await expect(sheet).not.toContainText('Reprint')
  await page.keyboard.press('Control+p')
  await expect.poll(() => app.printed.length).toBe(1)
  await expect(sheet).toContainText('Reprint')
  await page.keyboard.press('Alt+1')
  await expect(page.getByRole('listbox', { name: 'Today’s patients' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByText(/^Amended by/)).toBeVisible()
  await expect(sheet).toContainText('Reprint')
  expect(trouble).toEqual([])
})

test('what was just done is said where it covers nothing', async ({ launch }) => {
  const { page } = await launch({ clinic: true, viewport: { width: 1280, height: 720 } })
  await signIn(page, LOGIN, PASSWORD)
  const patient = await register(page, person)
  await ask(page, 'visit.open', { patient })
  await openPatient(page, 'patel', 'PATEL, Asha (Ms)')
  await page.keyboard.press('Alt+v')
  await page.getByRole('textbox', { name: /Add a diagnosis/ }).focus()
  await page.keyboard.type('I10')
  await expect(page.getByRole('option', { name: /hypertension/i }).first()).toBeVisible()
  await page.keyboard.press('Enter')
  const undo = page.getByRole('button', { name: /^Undo/ })
  await expect(undo).toBeVisible()
  const toast = await undo.boundingBox()
  for (const name of ['Sign note', 'Print prescription']) {
    const button = await page.getByRole('button', { name }).boundingBox()
    expect((button?.y ?? 0) + (button?.height ?? 0)).toBeLessThanOrEqual(toast?.y ?? 0)
  }
  await page.getByRole('button', { name: 'Sign note' }).click({ trial: true })
})

test('what speaks against a prescribed medicine stays on its line for as long as it does', async ({ launch }) => {
  const { page } = await launch({ clinic: true, viewport: { width: 1024, height: 720 } })
  const trouble = watchForTrouble(page)
  await signIn(page, LOGIN, PASSWORD)
  const patient = await register(page, person)
  const { allergy } = await ask<{ allergy: { id: string } }>(page, 'allergy.add', {
    patient,
    code: { display: 'Penicillin' },
    criticality: 'high',
    clinicalStatus: 'active',
  })
  const { encounter } = await ask<{ encounter: { id: string } }>(page, 'visit.open', { patient })
  await openPatient(page, 'patel', 'PATEL, Asha (Ms)')
  await page.keyboard.press('Alt+v')

  // Narrower than what is asked for, a measurement is still whole.
  const temperature = page.getByRole('textbox', { name: /^Temperature/ })
  await temperature.fill('36.7')
  await temperature.press('Enter')
  await expect(page.getByRole('textbox', { name: /^Breathing|^Respir/ })).toBeFocused()
  expect(await temperature.evaluate((it) => it.scrollWidth <= it.clientWidth)).toBe(true)

  await page.getByRole('textbox', { name: /^Medicine, strength/ }).focus()
  await page.keyboard.type('amoxicillin 500')
  await page.keyboard.press('Enter')
  await page.keyboard.type('1-0-1 5d')
  await page.keyboard.press('Enter')
  const line = page.getByRole('listitem').filter({ has: page.getByRole('button', { name: /^Remove / }) })
  const amoxicillin = prescribed(page, 'Amoxicillin 500')
  await expect(amoxicillin).toContainText('Allergy')
  await expect(amoxicillin).toContainText('Allergy recorded: Penicillin.')
  // Two of a kind say so of each other.
  for (const display of ['Ibuprofen', 'Diclofenac'])
    await ask(page, 'medication.add', {
      patient,
      encounter: encounter.id,
      status: 'active',
      intent: 'order',
      medication: { display },
    })
  const ibuprofen = line.filter({ has: page.getByText('Ibuprofen', { exact: true }) })
  await expect(ibuprofen).toContainText('Already taking Diclofenac is taken already: also of the class NSAID.')
  await expect(line.filter({ has: page.getByText('Diclofenac', { exact: true }) })).toContainText('Ibuprofen is taken')
  await look(page, 'visit-line-warnings')
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('menuitemradio', { name: 'हिन्दी' }).click()
  await expect(page.getByText('एलर्जी दर्ज है: Penicillin। Amoxicillin इसी समूह की है (penicillins)।')).toBeVisible()
  await page.getByRole('button', { name: 'सेटिंग' }).click()
  await page.getByRole('menuitemradio', { name: 'English' }).click()
  // Taken away, it no longer speaks against the other; and an allergy found to be none no longer against anything.
  await page.getByRole('button', { name: 'Remove Diclofenac' }).click()
  await expect(ibuprofen).not.toContainText('Already taking')
  await ask(page, 'allergy.change', { id: allergy.id, patch: { clinicalStatus: 'inactive' } })
  await expect(amoxicillin).not.toContainText('Allergy')
  expect(trouble).toEqual([])
})

test('a key that is pressed again before it was answered does nothing twice', async ({ launch }) => {
  const { page } = await launch({ clinic: true })
  const trouble = watchForTrouble(page)
  await signIn(page, LOGIN, PASSWORD)
  const patient = await register(page, person)
  const { encounter } = await ask<{ encounter: { id: string } }>(page, 'visit.open', { patient })
  const pressTwice = (ctrlKey: boolean) =>
    page.evaluate((ctrl) => {
      for (const _ of [1, 2])
        document.activeElement?.dispatchEvent(
          new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', ctrlKey: ctrl, bubbles: true, cancelable: true }),
        )
    }, ctrlKey)
  await openPatient(page, 'patel', 'PATEL, Asha (Ms)')
  await page.getByRole('tab', { name: 'Allergies' }).click()
  await page.getByRole('textbox', { name: 'Allergic to' }).focus()
  await page.keyboard.type('penic')
  await expect(page.getByRole('option', { name: 'Penicillin' }).first()).toBeVisible()
  await page.keyboard.press('Enter')
  await page.getByLabel('Reaction').fill('Rash')
  await pressTwice(true)
  await expect(page.getByText('PENICILLIN', { exact: true })).toBeVisible()

  await page.keyboard.press('Alt+v')
  await page.getByRole('textbox', { name: /^Medicine, strength/ }).focus()
  await page.keyboard.type('paracetamol 500')
  await page.keyboard.press('Enter')
  await page.keyboard.type('1-0-1 5d')
  await pressTwice(false)
  await expect(page.getByText('Paracetamol was prescribed.')).toBeVisible()
  const visit = await ask<{ medications: unknown[] }>(page, 'visit.get', { encounter: encounter.id })
  expect(visit.medications).toHaveLength(1)
  expect((await ask<{ allergies: unknown[] }>(page, 'chart.get', { patient })).allergies).toHaveLength(1)

  await page.getByRole('textbox', { name: 'Complaint' }).fill('Fever')
  await pressTwice(true)
  await expect(page.getByText(/^Signed by Dr Asha Rao/)).toBeVisible()
  await expect(page.getByRole('alert')).toHaveCount(0)
  expect(trouble).toEqual([])
})
