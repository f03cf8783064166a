/** What comes out of the printer: the prescription, on one sheet of its size, with everything that the law asks for. */
import { ask, register } from './ask.ts'
import { expect, LOGIN, PASSWORD, test } from './fixtures.ts'
import { signIn } from './signed-in.ts'

/** Points, as a PDF measures; to the millimeter. */
const SIZES = { A5: [420, 595], A4: [595, 842] } as const

test('a prescription prints on one sheet of A5 or of A4', async ({ launch }) => {
  const { page } = await launch({ clinic: true })
  await signIn(page, LOGIN, PASSWORD)
  const patient = await register(page, {
    family: 'Patel',
    given: 'Asha',
    prefix: 'Ms',
    sex: 'female',
    birthDate: '1970-01-12',
    phones: ['98200 11111'],
  })
  const { encounter } = await ask<{ encounter: { id: string } }>(page, 'visit.open', { patient })
  for (const [name, strength, pattern] of [
    ['Paracetamol', '500 mg', '1-0-1'],
    ['Amoxicillin', '500 mg', '1-1-1'],
    ['Cetirizine', '10 mg', '0-0-1'],
  ])
    await ask(page, 'medication.add', {
      patient,
      encounter: encounter.id,
      status: 'active',
      intent: 'order',
      medication: { display: name },
      strength,
      form: 'tablet',
      dose: { pattern, timesPerDay: 2 },
      durationDays: 5,
    })
  await ask(page, 'visit.saveNote', {
    encounter: encounter.id,
    sections: [
      { key: 'complaint', text: 'Fever' },
      { key: 'advice', text: 'Rest, fluids. Come at once if breathing is hard.' },
      { key: 'follow-up', text: 'In 5 days' },
    ],
  })
  await ask(page, 'visit.sign', { encounter: encounter.id })
  await expect(page.getByRole('option', { name: /PATEL/ }).first()).toBeVisible()
  await page.keyboard.press('Alt+2')
  await page.keyboard.press('Alt+1')
  await expect(page.getByRole('listbox', { name: 'Today’s patients' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByText(/^Signed by/)).toBeVisible()
  const sheet = page.locator('[data-sheet]')
  for (const text of ['Sunrise Clinic', 'MBBS', 'Reg. No. KMC 41234', 'Ms Asha Patel', '56y', 'Female', 'A-00001'])
    await expect(sheet).toContainText(text)
  for (const text of ['AMOXICILLIN 500\u00a0mg', '1 at noon', 'for 5 days', 'Rest, fluids.', 'In 5 days', 'Signature'])
    await expect(sheet).toContainText(text)
  for (const size of ['A5', 'A4'] as const) {
    if (size === 'A4') await page.getByRole('radio', { name: 'A5' }).press('ArrowRight')
    await expect(page.locator('[data-sheet]')).toHaveAttribute('data-size', size)
    await page.emulateMedia({ media: 'print' })
    if (process.env.ALCOVE_PAPER) {
      await page.setViewportSize(size === 'A5' ? { width: 559, height: 794 } : { width: 794, height: 1123 })
      await page.screenshot({ path: `${process.env.ALCOVE_PAPER}/${size}.png` })
      await page.setViewportSize({ width: 1280, height: 860 })
    }
    await page.emulateMedia({ media: null })
    const path = process.env.ALCOVE_PAPER && `${process.env.ALCOVE_PAPER}/${size}.pdf`
    const pdf = (
      await page.pdf({ preferCSSPageSize: true, printBackground: true, ...(path ? { path } : {}) })
    ).toString('latin1')
    expect(pdf.match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(1)
    const box = /\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/.exec(pdf)
    const [width, height] = SIZES[size]
    expect(Math.abs(Number(box?.[1]) - width)).toBeLessThan(2)
    expect(Math.abs(Number(box?.[2]) - height)).toBeLessThan(2)
  }
})
