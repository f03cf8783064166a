/** The main screens with a full day in them: in Hindi, from right to left, in a small window; nothing overflows or overlaps. */
import { expect, type Page } from '@playwright/test'
import { ask } from './ask.ts'
import { test } from './fixtures.ts'
import { look, watchForTrouble } from './look.ts'

const SMALL = { width: 1280, height: 720 }

/** Goes to every main screen by key, and shows each. */
async function tour(page: Page, see: (name: string) => Promise<void>): Promise<void> {
  // The bars that stand for rows which are still being read have a name; a screen is looked at once they are gone.
  const show = async (name: string) => {
    await expect(page.locator('main [role="status"][aria-label]')).toHaveCount(0)
    await see(name)
  }
  await expect(page.getByRole('listbox').first()).toBeVisible()
  await show('home')
  const { visits } = await ask<{ visits: { encounter: { id: string; status: string } }[] }>(page, 'patient.today', {})
  expect(visits.length).toBeGreaterThan(3)
  await page.keyboard.press('Alt+n')
  await expect(page.locator('[data-stops]')).toBeVisible()
  await show('visit')
  await page.keyboard.press('Alt+c')
  await expect(page.getByRole('tablist')).toBeVisible()
  await expect(page.getByRole('tabpanel').getByRole('listbox')).toBeVisible()
  await show('chart')
  for (const part of ['problems', 'medications', 'vitals', 'results', 'immunizations', 'allergies']) {
    await page.locator(`#chart-tab-${part}`).press('Enter')
    await expect(page.locator(`#chart-tab-${part}`)).toHaveAttribute('aria-selected', 'true')
    await show(`chart-${part}`)
  }
  await page.keyboard.press('Alt+2')
  await show('patients')
  await page.keyboard.press('Alt+r')
  await show('register')
  await page.keyboard.press('Alt+3')
  for (const part of ['users', 'activity', 'sync', 'data', 'machine']) {
    await page.locator(`#admin-tab-${part}`).press('Enter')
    await show(`admin-${part}`)
  }
}

/** Whatever reaches out of the window sideways, or is pushed out of its own row. */
function outside(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = window.innerWidth
    const out = [...document.querySelectorAll<HTMLElement>('button, input, textarea, h1, h2, [role=option], td')]
      .filter((it) => it.checkVisibility() && !it.closest('[data-sheet], .visually-hidden'))
      .map((it) => ({ it, box: it.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && (box.left < -1 || box.right > width + 1))
      .map(({ it }) => `${it.tagName} ${it.textContent?.slice(0, 40)}`)
    return document.documentElement.scrollWidth > width ? [...out, 'the page scrolls sideways'] : out
  })
}

/** Buttons and fields that lie on one another. */
function overlapping(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const stops = [...document.querySelectorAll<HTMLElement>('main button, main input, main textarea, footer button')]
      .filter((it) => it.checkVisibility() && !it.closest('[data-sheet], .visually-hidden'))
      .flatMap((it) => {
        const box = it.getBoundingClientRect()
        const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)
        // What is scrolled away has nothing at its place, or something else's.
        return top && (top === it || it.contains(top)) ? [{ it, box }] : []
      })
    return stops.flatMap(({ it, box }, i) =>
      stops
        .slice(i + 1)
        .filter(({ it: other }) => !it.contains(other) && !other.contains(it))
        .filter(
          ({ box: b }) =>
            Math.min(box.right, b.right) - Math.max(box.left, b.left) > 2 &&
            Math.min(box.bottom, b.bottom) - Math.max(box.top, b.top) > 2,
        )
        .filter(({ it: other }) => it.parentElement !== other.parentElement || it.tagName === other.tagName)
        .map(({ it: other }) => `${it.textContent || it.ariaLabel} / ${other.textContent || other.ariaLabel}`),
    )
  })
}

test('in Hindi every main screen keeps its shape, in light and in dark', async ({ launch }) => {
  test.setTimeout(180_000)
  const { page } = await launch({ sample: true, viewport: SMALL })
  page.setDefaultTimeout(10_000)
  const trouble = watchForTrouble(page)
  await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible()
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('menuitemradio', { name: 'हिन्दी' }).click()
  await expect(page.locator('html')).toHaveAttribute('lang', 'hi')
  await tour(page, async (name) => {
    expect([name, await outside(page), await overlapping(page)]).toEqual([name, [], []])
    await look(page, `hindi-${name}`)
  })
  expect(trouble).toEqual([])
})

test('read from right to left every main screen keeps its shape', async ({ launch }) => {
  test.setTimeout(120_000)
  const { page } = await launch({ sample: true, viewport: SMALL })
  page.setDefaultTimeout(10_000)
  await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible()
  await page.evaluate(() => {
    document.documentElement.dir = 'rtl'
  })
  await tour(page, async (name) => expect([name, await outside(page), await overlapping(page)]).toEqual([name, [], []]))
})
