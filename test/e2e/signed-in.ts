/** Past the sign-in page, and a few invented people to work with. */
import { expect, type Page } from '@playwright/test'

export async function signIn(page: Page, login: string, password: string): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(login)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible()
}

const PEOPLE = [
  ['Patel', 'Asha', 'female', '1970-01-12', '98200 11111', 'Fever and cough', 'finished'],
  ['Rao', 'Venkatesh', 'male', '1958', '98200 22222', 'Diabetes review', 'in-progress'],
  ['Lakshmi', 'Meena', 'female', '2025-09-04', '98200 33333', 'Vaccination', 'triaged'],
  ['Khan', 'Imran', 'male', '1991-07-30', '98200 44444', 'Back pain', 'arrived'],
  ['Fernandes', 'Maria', 'female', '1987-02-19', '98200 55555', 'Antenatal visit', 'arrived'],
  ['Singh', 'Gurpreet', 'male', '2019-05-02', '98200 66666', 'Ear pain', 'arrived'],
  ['Das', 'Bimal', 'male', '1949-11-08', '98200 77777', 'Blood pressure', 'arrived'],
] as const

/** A morning's patients: one seen, one with the doctor, five waiting with tokens 3 to 7. Answers their ids. */
export async function morning(page: Page): Promise<string[]> {
  const ids: string[] = []
  for (const [family, given, sex, birthDate, phone, reason, status] of PEOPLE) {
    const id = await page.evaluate(
      async ({ reason, status, ...person }) => {
        const invoke = async (name: 'patient.register' | 'visit.open' | 'visit.change', input: object) => {
          const answer = (await window.alcove.invoke(name, input)) as {
            ok: boolean
            value: { patient: { id: string }; encounter: { id: string } }
            error?: { message: string }
          }
          if (!answer.ok) throw new Error(answer.error?.message)
          return answer.value
        }
        const { patient } = await invoke('patient.register', person)
        const { encounter } = await invoke('visit.open', { patient: patient.id, reason })
        await invoke('visit.change', { id: encounter.id, patch: { status } })
        return patient.id
      },
      { family, given, sex, birthDate, phones: [phone], reason, status },
    )
    ids.push(id)
  }
  return ids
}

/** Adds somebody of the front desk, and signs in as them. The page is the admin's until then. */
export async function asFrontDesk(page: Page, password: string): Promise<void> {
  const answer = await page.evaluate(
    (secret) =>
      window.alcove.invoke('user.add', { login: 'desk', name: 'Rekha Nair', roles: ['front-desk'], password: secret }),
    password,
  )
  expect(answer).toMatchObject({ ok: true })
  await page.keyboard.press('Control+l')
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await signIn(page, 'desk', password)
}
