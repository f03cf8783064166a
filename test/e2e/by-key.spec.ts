/** A whole visit by somebody whose mouse is broken: nothing in this spec points, clicks or fills behind the keyboard's back. */
import { prescribed } from './ask.ts'
import { expect, LOGIN, PASSWORD, test } from './fixtures.ts'

test('registered, measured, written, prescribed, signed, and every place reached, with no mouse at all', async ({
  launch,
}) => {
  const { page } = await launch({ clinic: true })
  await page.evaluate(() => {
    const seen = { pointed: 0 }
    Object.assign(window, { seen })
    // A click that a key makes has no pointer behind it; this counts only real ones.
    for (const type of ['pointerdown', 'mousedown', 'touchstart'])
      window.addEventListener(type, () => seen.pointed++, { capture: true })
  })
  const { keyboard } = page
  page.setDefaultTimeout(5000)
  const type = async (...lines: string[]) => {
    for (const line of lines) {
      await keyboard.type(line)
      await keyboard.press('Enter')
    }
  }
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused()
  await type(LOGIN, PASSWORD)
  await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible()

  // Nobody of that name: the search itself leads to registering.
  await keyboard.press('Control+k')
  await keyboard.type('Meera Joshi')
  await expect(page.getByRole('option', { name: /Register “Meera Joshi”/ })).toBeVisible()
  await keyboard.press('Enter')
  await expect(page.getByRole('radio', { name: 'Female' })).toBeVisible()
  for (let i = 0; i < 20 && !(await page.getByRole('radio', { name: 'Female' }).isChecked()); i++) {
    const inRadios = await page.evaluate(() => document.activeElement?.getAttribute('type') === 'radio')
    await keyboard.press(inRadios ? 'f' : 'Tab')
  }
  await expect(page.getByRole('radio', { name: 'Female' })).toBeChecked()
  for (let i = 0; i < 10; i++) {
    if (await page.getByLabel('Age or birth date').evaluate((it) => it === document.activeElement)) break
    await keyboard.press('Tab')
  }
  await keyboard.type('34y')
  await keyboard.press('Control+Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'JOSHI, Meera' })).toBeVisible()
  await keyboard.press('Alt+v')
  await expect(page.getByRole('textbox', { name: /^Blood pressure/ })).toBeFocused()
  await type('118/76', '72', '', '', '', '', '', '')
  await expect(page.getByRole('textbox', { name: 'Complaint' })).toBeFocused()
  await type('Cough since a week', '')
  await type('Chest clear', '')
  await expect(page.getByRole('textbox', { name: /Add a diagnosis/ })).toBeFocused()
  await keyboard.type('J20')
  await expect(page.getByRole('option', { name: /bronchitis/i }).first()).toBeVisible()
  await keyboard.press('Enter')
  await expect(page.getByRole('button', { name: /Remove .*bronchitis/i })).toBeVisible()
  await keyboard.press('Enter')
  await keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: /^Medicine, strength/ })).toBeFocused()
  await type('paracetamol 500', '1-0-1 5d')
  // On the prescription, and not only chosen for it: a line is what can be removed.
  await expect(prescribed(page, 'Paracetamol 500\u00a0mg tablet')).toBeVisible()
  await keyboard.press('Control+Enter')
  await expect(page.getByText(/Signed by Dr Asha Rao/)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Print prescription' })).toBeFocused()

  // Every place and every part of it.
  await keyboard.press('Alt+c')
  await expect(page.getByRole('tab', { name: /^Timeline/ })).toHaveAttribute('aria-selected', 'true')
  for (const part of ['Problems', 'Medications', 'Vitals']) {
    await keyboard.press(']')
    await expect(page.getByRole('tab', { name: new RegExp(`^${part}`) })).toHaveAttribute('aria-selected', 'true')
  }
  await keyboard.press('Alt+2')
  await expect(page.getByRole('heading', { name: 'Patients' })).toBeVisible()
  await keyboard.press('Alt+3')
  await expect(page.getByRole('tab', { name: 'People' })).toHaveAttribute('aria-selected', 'true')
  for (const part of ['Activity', 'Cloud sync', 'Data', 'This computer']) {
    await keyboard.press(']')
    await expect(page.getByRole('tab', { name: part })).toHaveAttribute('aria-selected', 'true')
  }
  await keyboard.press('Alt+s')
  await expect(page.getByRole('dialog')).toBeVisible()
  await keyboard.press('Escape')
  await keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
  await keyboard.press('Escape')
  await keyboard.press('Alt+1')
  await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible()
  expect(await page.evaluate(() => (window as unknown as { seen: { pointed: number } }).seen.pointed)).toBe(0)
})
