/** From an empty folder to a clinic at work: the wizard, the recovery codes, signing in, forgetting, and too many tries. */
import { expect, LOGIN, PASSWORD, test } from './fixtures.ts'
import { look, watchForTrouble } from './look.ts'

const SECRET = 'river stamp copper nine'

test('a clinic is set up by the keyboard alone, and opens only when a recovery code has been typed back', async ({
  launch,
}) => {
  const { page } = await launch()
  const trouble = watchForTrouble(page)
  await expect(page.getByRole('heading', { name: 'Set up this clinic' })).toBeVisible()
  await look(page, 'setup-clinic')

  await expect(page.getByLabel('Name of the clinic')).toBeFocused()
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText('The clinic needs a name.')).toBeVisible()
  await page.keyboard.type('Neem Tree Clinic')
  await page.keyboard.press('Control+Enter')

  await expect(page.getByLabel('Your name')).toBeFocused()
  await page.keyboard.type('Dr Asha Rao')
  await page.keyboard.press('Enter')
  await page.keyboard.type('asha')
  await page.keyboard.press('Enter')
  await page.keyboard.type('short')
  await expect(page.getByText('7 more characters')).toBeVisible()
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText('The password needs at least 12 characters.')).toBeVisible()
  await page.getByLabel('Password', { exact: true }).fill(SECRET)
  await expect(page.getByText('Strong', { exact: true })).toBeVisible()
  await page.getByLabel('Qualification').fill('MBBS, MD')
  await page.getByLabel('Registration number').fill('MMC 2011/04/1234')
  await look(page, 'setup-admin')
  await page.keyboard.press('Control+Enter')

  await expect(page.getByRole('heading', { name: 'Print your recovery codes' })).toBeVisible()
  const codes = await page.locator('output').allTextContents()
  expect(codes).toHaveLength(2)
  await look(page, 'setup-codes')
  await page.getByRole('textbox').fill('AAAA-BBBB-CCCC')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('alert')).toBeVisible()
  await page.getByRole('textbox').fill((codes[1] ?? '').toLowerCase().replaceAll('-', ' '))
  await page.keyboard.press('Enter')

  await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible()
  await expect(page.getByText('Saved here · cloud sync is off')).toBeVisible()
  await look(page, 'home-empty')
  expect(trouble).toEqual([])
})

test('the printed sheet holds the codes and nothing else of the page', async ({ launch }) => {
  const { page, app } = await launch()
  await page.getByLabel('Name of the clinic').fill('Neem Tree Clinic')
  await page.keyboard.press('Control+Enter')
  await page.getByLabel('Your name').fill('Dr Asha Rao')
  await page.getByLabel('Name to sign in with').fill('asha')
  await page.getByLabel('Password', { exact: true }).fill(SECRET)
  await page.keyboard.press('Control+Enter')
  await page.getByRole('button', { name: 'Print' }).click()
  await expect.poll(() => app.printed.length).toBe(1)
  await page.emulateMedia({ media: 'print' })
  await expect(page.getByText('Recovery codes of Neem Tree Clinic')).toBeVisible()
  await expect(page.locator('output').first()).toBeVisible()
  await expect(page.getByRole('textbox')).toBeHidden()
  await expect(page.getByRole('button', { name: 'Print' })).toBeHidden()
})

test('the clinic opens for its password, locks, and keeps nothing on the page', async ({ launch }) => {
  const { page } = await launch({ clinic: true })
  const trouble = watchForTrouble(page)
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused()
  await look(page, 'sign-in')
  await page.keyboard.type(LOGIN)
  await page.keyboard.press('Enter')
  await page.keyboard.type('not the password')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText('do not open this clinic')
  await page.keyboard.type(PASSWORD)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible()

  await page.keyboard.press('Control+k')
  await page.keyboard.type('somebody private')
  await page.keyboard.press('Control+l')
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  expect(await page.content()).not.toContain('somebody private')
  expect(trouble).toEqual([])
})

test('an hour without a key ends the session, and the page says why', async ({ launch }) => {
  const { page, app } = await launch({ clinic: true })
  await page.getByLabel('Name', { exact: true }).fill(LOGIN)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible()
  await app.idle(3600)
  await expect(page.getByText('Locked after a time without use.')).toBeVisible()
})

test('after too many wrong passwords the page counts down to the next try', async ({ launch }) => {
  const { page } = await launch({ clinic: true })
  await page.getByLabel('Name', { exact: true }).fill(LOGIN)
  for (let i = 0; i < 8 && !(await page.getByRole('timer').isVisible()); i++) {
    await page.getByLabel('Password', { exact: true }).fill('not the password')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('alert').or(page.getByRole('timer'))).toBeVisible()
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  }
  await expect(page.getByRole('timer')).toContainText(/Try again in \d+:\d\d/)
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeDisabled()
  await look(page, 'sign-in-wait')
})
