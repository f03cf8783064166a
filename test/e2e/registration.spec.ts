/** Finding somebody, and registering who is not found: by the keyboard, with those who are alike shown before saving. */
import { ask } from './ask.ts'
import { expect, LOGIN, PASSWORD, test } from './fixtures.ts'
import { look, watchForTrouble } from './look.ts'
import { asFrontDesk, morning, signIn } from './signed-in.ts'

test('somebody new is registered from the search that did not find them, without the mouse', async ({ launch }) => {
  const { page } = await launch({ clinic: true })
  const trouble = watchForTrouble(page)
  await signIn(page, LOGIN, PASSWORD)
  await asFrontDesk(page, PASSWORD)
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox', { name: 'Find a patient' })).toBeFocused()
  await expect(page.getByRole('option')).toHaveCount(0)
  await page.keyboard.type('sunita deshmukh')
  await expect(page.getByRole('option', { name: 'Register “sunita deshmukh” as a new patient' })).toBeVisible()
  await look(page, 'search-nobody')
  await page.keyboard.press('Enter')

  await expect(page.getByLabel('Given name')).toBeFocused()
  await expect(page.getByLabel('Given name')).toHaveValue('Sunita')
  await expect(page.getByLabel('Family name')).toHaveValue('Deshmukh')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText('Choose one.')).toBeVisible()
  // The first field that needs something has the focus; a letter chooses, Enter takes what has the focus and goes on.
  const sex = (name: string) => page.getByRole('radio', { name, exact: true })
  await expect(sex('Female')).toBeFocused()
  await page.keyboard.press('o')
  await expect(sex('Other')).toBeChecked()
  await expect(sex('Other')).toBeFocused()
  await page.keyboard.press('f')
  await page.keyboard.press('Enter')
  const birth = page.getByLabel('Age or birth date')
  await expect(birth).toBeFocused()
  await expect(sex('Female')).toBeChecked()
  await page.keyboard.type('yesterday week')
  await page.getByLabel('Given name').focus()
  await page.keyboard.press('Control+Enter')
  await expect(birth).toBeFocused()
  await birth.fill('')
  await page.keyboard.type('34')
  await expect(page.getByText(/Understood as about \d{4} \(34y\)/)).toBeVisible()
  await page.keyboard.press('Enter')
  await page.keyboard.type('98765 43210')

  // Esc goes back and loses nothing.
  await page.keyboard.press('Escape')
  await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('sunita deshmukh')
  await expect(page.getByRole('option', { name: /Register/ })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('Phone', { exact: true })).toHaveValue('98765 43210')

  await page.keyboard.press('Control+Enter')
  await expect(page.getByText(/Added to the queue with token 1/)).toBeVisible()
  await expect(page.getByRole('option', { name: /DESHMUKH, Sunita/ }).first()).toBeVisible()
  expect(trouble).toEqual([])
})

test('the one who is already here is shown while the form is being filled in', async ({ launch }) => {
  const { page } = await launch({ clinic: true })
  await signIn(page, LOGIN, PASSWORD)
  await morning(page)
  await page.keyboard.press('Alt+r')
  await page.getByLabel('Given name').fill('Asha')
  await page.getByLabel('Family name').fill('Patil')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('radio', { name: 'Female' })).not.toBeChecked()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('radio', { name: 'Female' })).toBeChecked()
  await page.getByLabel('Age or birth date').fill('12-1-1970')
  await page.getByLabel('Phone', { exact: true }).fill('9820011111')
  const alike = page.getByRole('button', { name: /PATEL, Asha/ })
  await expect(alike).toContainText('same phone')
  await look(page, 'register')
  await alike.click()
  await expect(page.getByRole('heading', { name: 'PATEL, Asha' })).toBeVisible()
})

test('a person is found by a part, a slip of the pen, a phone or a birth date', async ({ launch }) => {
  const { page } = await launch({ clinic: true })
  await signIn(page, LOGIN, PASSWORD)
  await morning(page)
  const hits = page.getByRole('listbox', { name: 'Patients found' }).getByRole('option')
  for (const [typed, found] of [
    ['lax', 'LAKSHMI, Meena'],
    ['pat ash', 'PATEL, Asha'],
    ['98200 44444', 'KHAN, Imran'],
    ['12-1-1970', 'PATEL, Asha'],
  ] as const) {
    await page.keyboard.press('Control+k')
    await page.keyboard.type(typed)
    await expect(hits.first()).toContainText(found)
  }
  await page.keyboard.press('Control+k')
  await page.keyboard.type('a')
  await expect(hits).toHaveText([/^PATEL, Asha/, 'Register “a” as a new patient'])
  await page.keyboard.press('ArrowDown')
  await expect(hits.nth(1)).toHaveAttribute('aria-selected', 'true')
  await look(page, 'search')
})

test('Enter faster than the search opens whom was typed, never whom the search before had found', async ({
  launch,
}) => {
  const { page } = await launch({ clinic: true })
  await signIn(page, LOGIN, PASSWORD)
  await morning(page)
  await page.keyboard.press('Control+k')
  await page.keyboard.type('khan')
  const found = page.getByRole('listbox', { name: 'Patients found' })
  await expect(found.getByRole('option').first()).toContainText('KHAN, Imran')
  // In one go, as a scanner types: the answer to the new text cannot have come yet.
  await page.evaluate(() => {
    const box = document.activeElement as HTMLInputElement
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(box, 'fernandes')
    box.dispatchEvent(new Event('input', { bubbles: true }))
    box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', bubbles: true }))
  })
  await expect(page.getByRole('heading', { name: 'FERNANDES, Maria' })).toBeVisible()
})

test('Enter on whom one sees opens them, even while the answer to the last letter is on its way', async ({
  launch,
}) => {
  const { page } = await launch({ clinic: true })
  await signIn(page, LOGIN, PASSWORD)
  await morning(page)
  await ask(page, 'patient.register', { family: 'Khan', given: 'Salma', sex: 'female', birthDate: '1990-01-02' })
  await page.keyboard.press('Control+k')
  await page.keyboard.type('kha')
  const found = page.getByRole('listbox', { name: 'Patients found' })
  const options = found.getByRole('option').filter({ hasText: 'KHAN' })
  await expect(found).toHaveAttribute('aria-busy', 'false')
  await expect(options).toHaveCount(2)
  const first = (await options.first().textContent())?.includes('Salma') ? 'KHAN, Salma' : 'KHAN, Imran'
  await page.evaluate(() => {
    const box = document.activeElement as HTMLInputElement
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(box, 'khan')
    box.dispatchEvent(new Event('input', { bubbles: true }))
    box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', bubbles: true }))
  })
  await expect(page.getByRole('heading', { name: first })).toBeVisible()
})

test('details are changed in place, and a change is taken back', async ({ launch }) => {
  const { page } = await launch({ clinic: true })
  await signIn(page, LOGIN, PASSWORD)
  const [id = ''] = await morning(page)
  await asFrontDesk(page, PASSWORD)
  await page.keyboard.press('Alt+r')
  await page.getByLabel('Given name').fill('Asha')
  await page.getByLabel('Phone', { exact: true }).fill('98200 11111')
  await page.getByRole('button', { name: /PATEL, Asha/ }).click()
  await page.getByLabel('Village or city').fill('Satara')
  await page.getByLabel('Age or birth date').fill('56')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText('Details saved.')).toBeVisible()
  await expect(page.getByText(/about 1970/).first()).toBeVisible()
  await look(page, 'details')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByLabel('Village or city')).toHaveValue('')
  await expect(page.getByText('12-Jan-1970 (56y)').first()).toBeVisible()
  const kept = await page.evaluate((patient) => window.alcove.invoke('patient.get', { id: patient }), id)
  expect(kept).toMatchObject({ ok: true, value: { patient: { birthDate: '1970-01-12' } } })
  expect(kept).not.toHaveProperty('value.patient.birthDateEstimated')
})
