/** The day's queue, the ways around by key, the two languages, and the line that says where the data is. */
import { expect, LOGIN, PASSWORD, test } from './fixtures.ts'
import { expectAccessible, look, watchForTrouble } from './look.ts'
import { asFrontDesk, morning, signIn } from './signed-in.ts'

test('the queue stands in order of token, and the next patient is one key away', async ({ launch }) => {
  const { page } = await launch({ clinic: true })
  const trouble = watchForTrouble(page)
  await signIn(page, LOGIN, PASSWORD)
  await morning(page)
  const queue = page.getByRole('listbox', { name: 'Today’s patients' })
  await expect(queue.getByRole('option')).toHaveCount(7)
  await expect(queue.getByRole('option').first()).toContainText('RAO, Venkatesh')
  await expect(page.getByText('5 waiting · 1 with the doctor · 1 done')).toBeVisible()
  await look(page, 'home')
  await page.keyboard.press('Alt+n')
  await expect(page.getByRole('heading', { name: 'LAKSHMI, Meena' })).toBeVisible()
  expect(trouble).toEqual([])
})

test('the queue is walked with the arrows, and Enter opens the visit', async ({ launch }) => {
  const { page } = await launch({ clinic: true })
  await signIn(page, LOGIN, PASSWORD)
  await morning(page)
  const queue = page.getByRole('listbox', { name: 'Today’s patients' })
  await expect(queue.getByRole('option')).toHaveCount(7)
  await page.keyboard.press('Alt+2')
  await page.keyboard.press('Alt+1')
  await expect(queue).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect(queue.getByRole('option', { selected: true })).toContainText('KHAN, Imran')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'KHAN, Imran' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible()
})

test('a style or a script that is added to the page has no effect', async ({ launch }) => {
  const { page } = await launch({ clinic: true })
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  const effect = await page.evaluate(() => {
    const style = document.createElement('style')
    style.textContent = 'h1 { display: none !important }'
    const script = document.createElement('script')
    script.textContent = 'window.injected = true'
    document.head.append(style, script)
    return { hidden: getComputedStyle(document.querySelector('h1') as Element).display, ran: 'injected' in window }
  })
  expect(effect).toEqual({ hidden: 'block', ran: false })
})

test('every key is listed by ?, and Esc closes the list', async ({ launch }) => {
  const { page } = await launch({ clinic: true })
  await signIn(page, LOGIN, PASSWORD)
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
  await expect(page.getByText('Find a patient', { exact: true })).toBeVisible()
  await look(page, 'keys')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible()
})

test('the page speaks Hindi when asked, and still does after a lock', async ({ launch }) => {
  const { page } = await launch({ clinic: true })
  await signIn(page, LOGIN, PASSWORD)
  await morning(page)
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('menuitemradio', { name: 'हिन्दी' }).click()
  await expect(page.getByRole('heading', { name: 'आज' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'hi')
  await expect(page.getByText('यहाँ सुरक्षित · क्लाउड सिंक बंद है')).toBeVisible()
  await look(page, 'home-hindi')
  await page.keyboard.press('Control+l')
  await expect(page.getByRole('heading', { name: 'साइन इन' })).toBeVisible()
})

test('read from right to left, nothing breaks out of its place', async ({ launch }) => {
  const { page } = await launch({ clinic: true })
  await signIn(page, LOGIN, PASSWORD)
  await morning(page)
  await expect(page.getByRole('listbox', { name: 'Today’s patients' }).getByRole('option')).toHaveCount(7)
  await page.evaluate(() => {
    document.documentElement.dir = 'rtl'
  })
  const side = await page.getByRole('navigation', { name: 'Main menu' }).boundingBox()
  expect(side?.x ?? 0).toBeGreaterThan(900)
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
  await expectAccessible(page)
})

test('dark is chosen here even where the system is light', async ({ launch }) => {
  const { page } = await launch({ clinic: true, colorScheme: 'light' })
  await signIn(page, LOGIN, PASSWORD)
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark')
})

test('the status line opens what waits, for whoever is signed in', async ({ launch }) => {
  const { page } = await launch({ clinic: true })
  await signIn(page, LOGIN, PASSWORD)
  await asFrontDesk(page, 'lamp river seven oak')
  await page.keyboard.press('Alt+s')
  await expect(page.getByRole('dialog', { name: 'Where the records are' })).toBeVisible()
  await expect(page.getByText('Cloud sync is off: nothing leaves this computer.')).toBeVisible()
  await look(page, 'status')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
})

test('one’s own password is changed by whoever knows the present one', async ({ launch }) => {
  const { page } = await launch({ clinic: true })
  const trouble = watchForTrouble(page)
  await signIn(page, LOGIN, PASSWORD)
  const open = async () => {
    await page.getByRole('button', { name: 'Settings' }).focus()
    await page.keyboard.press('Enter')
    // The menu takes the focus when it has opened, and would take it back from whoever was faster.
    await expect(page.getByRole('menu').locator(':focus')).toHaveCount(1)
    await page.getByRole('menuitem', { name: 'Change password' }).press('Enter')
    await expect(page.getByRole('dialog', { name: 'Change password' })).toBeVisible()
    await expect(page.getByLabel('Password now')).toBeFocused()
  }
  await open()
  await page.keyboard.type('not the password')
  await page.keyboard.press('Enter')
  await page.keyboard.type('paper boat under bridge')
  await look(page, 'change-password')
  await page.getByLabel('New password again').fill('paper boat under bridges')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText('The two are not the same.')).toBeVisible()
  await page.getByLabel('New password again').fill('paper boat under bridge')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText('not your current password')
  await page.getByLabel('Password now').fill(PASSWORD)
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText('Your password was changed.')).toBeVisible()
  await page.keyboard.press('Control+l')
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await signIn(page, LOGIN, 'paper boat under bridge')
  expect(trouble).toEqual([])
})
