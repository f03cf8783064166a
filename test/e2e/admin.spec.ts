/** What an admin looks after: people, who did what, the data. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openPatient, register } from './ask.ts'
import { expect, LOGIN, PASSWORD, test } from './fixtures.ts'
import { look, watchForTrouble } from './look.ts'
import { signIn } from './signed-in.ts'

test('an admin adds, changes and removes people, and what a person did stays readable', async ({ launch }) => {
  const { page } = await launch({ clinic: true })
  const trouble = watchForTrouble(page)
  await signIn(page, LOGIN, PASSWORD)
  await register(page, { family: 'Patel', given: 'Asha', sex: 'female', birthDate: '1970-01-12' })
  await openPatient(page, 'patel', 'PATEL, Asha')

  await page.keyboard.press('Alt+3')
  await page.getByRole('button', { name: 'Add a person' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Meena Kumari')
  await page.getByLabel('Sign-in name').fill('meena')
  await page.getByLabel('Password').fill('lamp river seven oak')
  await page.getByRole('checkbox', { name: /^Clinician/ }).uncheck()
  await page.getByRole('checkbox', { name: /^Nurse/ }).check()
  await look(page, 'admin-add-person')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText('Meena Kumari can now sign in as meena.')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Meena Kumari', exact: true })).toBeVisible()

  await page.getByRole('checkbox', { name: /^Front desk/ }).click()
  await expect(page.getByRole('checkbox', { name: /^Front desk/ })).toBeChecked()
  await expect(page.getByText('The roles of Meena Kumari were changed.')).toBeVisible()
  await page.keyboard.press('Alt+z')
  await expect(page.getByRole('checkbox', { name: /^Front desk/ })).not.toBeChecked()

  // Two ticks, the second before the first is on record: both stand.
  await page.evaluate(() => {
    for (const box of document.querySelectorAll<HTMLInputElement>('fieldset input[type=checkbox]'))
      if (!box.checked && !/^(Admin|Nurse)/.test(box.labels?.[0]?.innerText ?? '')) box.click()
  })
  await expect(page.getByRole('option', { name: /Meena Kumari.*Clinician.*Front desk/ })).toBeVisible()
  await expect(page.getByRole('checkbox', { name: /^Clinician/ })).toBeChecked()
  await page.getByRole('checkbox', { name: /^Clinician/ }).click()
  await page.getByRole('checkbox', { name: /^Front desk/ }).click()
  await expect(page.getByRole('option', { name: /Meena Kumari(?!.*(Clinician|Front desk)).*Nurse/ })).toBeVisible()
  await look(page, 'admin-people')

  // Removing takes a key away for good, so the name is typed.
  const remove = page.getByRole('button', { name: 'Remove person' })
  await expect(remove).toBeDisabled()
  await page.getByLabel('Type Meena Kumari to remove them').fill('Meena Kumari')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Meena Kumari was removed.')).toBeVisible()
  await expect(page.getByRole('option', { name: /Meena Kumari.*Removed/ })).toBeVisible()

  // What the paper carries.
  await page.getByRole('option', { name: /Dr Asha Rao/ }).click()
  await page.getByLabel('Qualification').fill('MBBS, MD')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Details of Dr Asha Rao were saved.')).toBeVisible()

  await page.getByRole('tab', { name: 'Activity' }).click()
  const lines = page.getByRole('listbox', { name: 'Activity' })
  await expect(lines.getByRole('option', { name: /PATEL, Asha/ }).first()).toBeVisible()
  await look(page, 'admin-activity')
  await lines
    .getByRole('option', { name: /PATEL, Asha/ })
    .first()
    .click()
  await expect(page.getByText('Only PATEL, Asha')).toBeVisible()
  await expect(lines.getByRole('option').filter({ hasNotText: 'PATEL, Asha' })).toHaveCount(0)
  await page.getByRole('tab', { name: 'This computer' }).click()
  await expect(page.getByRole('row', { name: /Locks after/ })).toBeVisible()
  await look(page, 'admin-machine')
  expect(trouble).toEqual([])
})

test('records are exported, verified, and imported into an empty clinic', async ({ launch }) => {
  const first = await launch({ clinic: true })
  await signIn(first.page, LOGIN, PASSWORD)
  await register(first.page, { family: 'Khan', given: 'Imran', sex: 'male', birthDate: '1991-07-30' })
  await first.page.keyboard.press('Alt+3')
  await first.page.getByRole('tab', { name: 'Data' }).click()
  const file = join(first.dir, '..', 'out.json')
  first.app.dialogs.push(file)
  await first.page.getByRole('button', { name: 'Choose where to export' }).click()
  await expect(first.page.getByText(/resources were written/)).toBeVisible()
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ resourceType: 'Bundle', type: 'collection' })
  await first.page.getByRole('button', { name: 'Verify now' }).click()
  await expect(first.page.getByText(/All is as it should be/)).toBeVisible()
  await look(first.page, 'admin-data')

  await first.app.close()
  const second = await launch({ clinic: true })
  await signIn(second.page, LOGIN, PASSWORD)
  await second.page.keyboard.press('Alt+3')
  await second.page.getByRole('tab', { name: 'Data' }).click()
  second.app.dialogs.push(file)
  await second.page.getByRole('button', { name: 'Choose a file to import' }).click()
  await expect(second.page.getByText(/^Imported in/)).toBeVisible()
  await expect(second.page.getByText('Nothing failed.')).toBeVisible()
  await look(second.page, 'admin-import')
  await openPatient(second.page, 'imran', 'KHAN, Imran')
})

test('an admin backs the clinic up into a folder of their choice, and what is there opens', async ({ launch }) => {
  const first = await launch({ clinic: true })
  const { page } = first
  await signIn(page, LOGIN, PASSWORD)
  await register(page, { family: 'Khan', given: 'Imran', sex: 'male', birthDate: '1991-07-30' })
  await page.keyboard.press('Alt+3')
  await page.getByRole('tab', { name: 'Data' }).click()
  const choose = page.getByRole('button', { name: 'Choose where to back up' })

  // A place that cannot be written to: said, and nothing is lost.
  const file = join(first.dir, '..', 'no-folder')
  await writeFile(file, '')
  first.app.dialogs.push(file)
  await choose.click()
  await expect(page.getByText(/^That folder can not be written to/)).toBeVisible()

  const disk = join(first.dir, '..')
  first.app.dialogs.push(disk)
  await choose.click()
  await expect(page.getByText(/^Backed up into alcove-\d{8}T\d{6}Z in /)).toBeVisible()
  await expect(page.getByText(/^That folder can not be written to/)).toBeHidden()
  await look(page, 'admin-backup')
  const name = (await readdir(disk)).find((it) => it.startsWith('alcove-')) ?? ''
  // The page names no folder by itself.
  const answer = await page.evaluate((into) => window.alcove.invoke('backup.create', { into }), disk)
  expect(answer).toMatchObject({ ok: false })
  await page.getByRole('tab', { name: 'Activity' }).click()
  await expect(page.getByRole('option', { name: /Made a backup/ })).toHaveCount(1)

  await first.app.close()
  const second = await launch({ dir: join(disk, name) })
  await signIn(second.page, LOGIN, PASSWORD)
  await openPatient(second.page, 'imran', 'KHAN, Imran')
})

test('a full list of codes is loaded, or a broken one refused with the line', async ({ launch }) => {
  const { page, app, dir } = await launch({ clinic: true })
  await signIn(page, LOGIN, PASSWORD)
  await page.keyboard.press('Alt+3')
  await page.getByRole('tab', { name: 'Data' }).click()
  const list = join(dir, '..', 'codes.csv')
  const load = async (text: string) => {
    await writeFile(list, text)
    app.dialogs.push(list)
    await page.getByRole('button', { name: 'Choose a list of codes' }).click()
  }
  await load('code,display\nV91.07XA,"Burn due to water-skis on fire"\nV91.07XD\n')
  await expect(page.getByText(/^Line 3 of the file: /)).toBeVisible()
  await load('code,display\nV91.07XA,"Burn due to water-skis on fire"\n')
  await expect(page.getByText('Loaded: 1 codes. They are found in every diagnosis field.')).toBeVisible()
  await expect(page.getByText(/^Line 3 of the file/)).toBeHidden()
  const found = await page.evaluate(() => window.alcove.invoke('code.search', { system: 'icd10', text: 'water-skis' }))
  expect(found).toMatchObject({ ok: true, value: { codes: [{ code: 'V91.07XA' }] } })
})
