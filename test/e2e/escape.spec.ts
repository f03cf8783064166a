/** Escape closes what lies on top, and only that: the screen beneath stays. */
import { expect, LOGIN, PASSWORD, test } from './fixtures.ts'
import { signIn } from './signed-in.ts'

test('Escape closes a menu, a dialog or a list of choices without leaving the screen; then it goes back', async ({
  launch,
}) => {
  const { page } = await launch({ clinic: true })
  await signIn(page, LOGIN, PASSWORD)
  await page.keyboard.press('Alt+3')
  const admin = page.getByRole('heading', { name: 'Admin' })
  await expect(admin).toBeVisible()
  const closes = async (role: 'dialog' | 'menu') => {
    // Open is what has the focus: until then the key is not its own.
    await expect(page.getByRole(role)).toBeVisible()
    await expect(page.getByRole(role).locator(':focus')).toHaveCount(1)
    await page.keyboard.press('Escape')
    await expect(page.getByRole(role)).toBeHidden()
    await expect(admin).toBeVisible()
  }

  await page.getByRole('button', { name: 'Settings' }).click()
  await closes('menu')
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('menuitem', { name: /password/ }).click()
  await closes('dialog')
  await page.getByRole('button', { name: 'Keys' }).click()
  await closes('dialog')

  await page.getByRole('tab', { name: 'Activity' }).click()
  const kind = page.getByRole('combobox', { name: 'Kind' })
  await kind.click()
  await expect(page.getByRole('option', { name: 'Sign-ins' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('option', { name: 'Sign-ins' })).toBeHidden()
  await expect(admin).toBeVisible()

  await page.keyboard.press('Escape')
  await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible()
})
