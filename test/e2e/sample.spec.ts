/** The sample clinic, as somebody new to it looks around. */
import { openPatient } from './ask.ts'
import { expect, test } from './fixtures.ts'
import { watchForTrouble } from './look.ts'

test('whom one saw is listed under Patients, and a small window shows every part of the queue', async ({ launch }) => {
  const { page } = await launch({ sample: true, viewport: { width: 1024, height: 700 } })
  const trouble = watchForTrouble(page)
  const last = page.getByRole('option').filter({ hasText: 'With the doctor' }).first()
  await expect(last).toBeVisible()
  const right = async (it: typeof last) => {
    const box = await it.boundingBox()
    return (box?.x ?? 0) + (box?.width ?? 0)
  }
  expect(await right(page.getByText('Since', { exact: true }))).toBeLessThan(await right(last))

  await openPatient(page, 'laxmi', 'Sample Lakshmi')
  await page.keyboard.press('Alt+2')
  await expect(page.getByRole('heading', { name: 'Patients' })).toBeVisible()
  await expect(page.getByRole('option', { name: /Sample Lakshmi/ })).toBeVisible()
  await expect(page.getByRole('alert')).toBeHidden()
  expect(trouble).toEqual([])
})

test('a prescription carries the name of who wrote it, whoever began the visit', async ({ launch }) => {
  const { page } = await launch({ sample: true })
  await expect(page.getByRole('button', { name: /Next patient/ })).toBeVisible()
  // The first who waits, with a doctor of the sample's; the one who is signed in prescribes.
  await page.keyboard.press('Alt+n')
  await expect(page.getByText('Sign note')).toBeVisible()
  // The nurse has measured: the hands are at the note.
  await expect(page.getByRole('textbox', { name: 'Complaint' })).toBeFocused()
  await page.getByPlaceholder(/paracetamol 500/).fill('cetirizine 10')
  await page.keyboard.press('Enter')
  await page.keyboard.type('OD 5d')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Cetirizine was prescribed.')).toBeVisible()
  await page.emulateMedia({ media: 'print' })
  await expect(page.getByText('SAMPLE 41234')).toBeVisible()
  await expect(page.getByText('Dr Asha Rao').filter({ visible: true }).first()).toBeVisible()
})
