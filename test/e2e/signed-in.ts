/** Past the sign-in page, and a few invented people to work with. */
import { expect, type Page } from '@playwright/test'

export async function signIn(page: Page, login: string, password: string): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(login)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible()
}

const PEOPLE = [
  ['Patel', 'Asha', 'female', '1970-01-12', '98200 11111', 'Fever and cough'],
  ['Rao', 'Venkatesh', 'male', '1958', '98200 22222', 'Diabetes review'],
  ['Lakshmi', 'Meena', 'female', '2025-09-04', '98200 33333', 'Vaccination'],
  ['Khan', 'Imran', 'male', '1991-07-30', '98200 44444', 'Back pain'],
  ['Fernandes', 'Maria', 'female', '1987-02-19', '98200 55555', 'Antenatal visit'],
  ['Singh', 'Gurpreet', 'male', '2019-05-02', '98200 66666', 'Ear pain'],
  ['Das', 'Bimal', 'male', '1949-11-08', '98200 77777', 'Blood pressure'],
] as const

/** A morning's patients, registered and in the queue in this order; answers their ids. */
export async function morning(page: Page): Promise<string[]> {
  const ids: string[] = []
  for (const [family, given, sex, birthDate, phone, reason] of PEOPLE) {
    const id = await page.evaluate(
      async ({ reason, ...person }) => {
        const invoke = async (name: 'patient.register' | 'visit.open', input: object) => {
          const answer = (await window.alcove.invoke(name, input)) as {
            ok: boolean
            value: { patient: { id: string } }
            error?: { message: string }
          }
          if (!answer.ok) throw new Error(answer.error?.message)
          return answer.value
        }
        const { patient } = await invoke('patient.register', person)
        await invoke('visit.open', { patient: patient.id, reason })
        return patient.id
      },
      { family, given, sex, birthDate, phones: [phone], reason },
    )
    ids.push(id)
  }
  return ids
}
