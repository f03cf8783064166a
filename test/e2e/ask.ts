/** Asking the engine as the page does, and finding a patient as a person does. */
import { expect, type Locator, type Page } from '@playwright/test'

type Name = Parameters<typeof window.alcove.invoke>[0]

/** Calls the engine through the page's own bridge; fails the spec when it is refused. */
export async function ask<T>(page: Page, name: Name, input: object): Promise<T> {
  return page.evaluate(
    async ([called, given]) => {
      const answer = (await window.alcove.invoke(called, given)) as {
        ok: boolean
        value: T
        error?: { code: string; message: string }
      }
      if (!answer.ok) throw new Error(`${called}: ${answer.error?.code} ${answer.error?.message}`)
      return answer.value
    },
    [name, input] as const,
  )
}

/** Finds by the one box and opens with Enter: the way to every chart. */
export async function openPatient(page: Page, typed: string, shown: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.keyboard.type(typed)
  const found = page.getByRole('listbox', { name: 'Patients found' })
  await expect(found).toHaveAttribute('aria-busy', 'false')
  await expect(found.getByRole('option', { name: shown }).first()).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: shown })).toBeVisible()
}

/** Registers somebody with the engine; answers the id. */
export async function register(page: Page, person: object): Promise<string> {
  return (await ask<{ patient: { id: string } }>(page, 'patient.register', person)).patient.id
}

/**
 * The line of a prescription that is being written, once it is on record. The same words also stand on the button of what
 * was just chosen and on the sheet for the printer, so the words alone find one or three of them.
 */
export function prescribed(page: Page, medicine: string): Locator {
  return page
    .getByRole('listitem')
    .filter({ has: page.getByRole('button', { name: /^Remove / }) })
    .filter({ hasText: medicine })
}
