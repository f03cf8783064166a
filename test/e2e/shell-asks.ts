import { expect, type Page } from '@playwright/test'
import { LOGIN, PASSWORD } from './fixtures.ts'

/** Asks the shell as the page would, below the screens. */
export function ask(page: Page, name: string, input: object): Promise<unknown> {
  return page.evaluate(
    ([what, given]) => (window.alcove.invoke as (name: string, input: object) => Promise<unknown>)(what, given),
    [name, input] as const,
  )
}

export async function signIn(page: Page): Promise<void> {
  const answer = await ask(page, 'session.signIn', { login: LOGIN, password: PASSWORD })
  expect(answer).toMatchObject({ ok: true, value: { user: { login: LOGIN } } })
}
