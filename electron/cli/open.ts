import { resolve } from 'node:path'
import { type Clinic, openClinic } from '../../engine/clinic.ts'
import type { Call } from './command.ts'
import { misuse } from './refusal.ts'

/** Signs in, does it, and closes the clinic whatever happens. */
export async function withClinic<V>(call: Call, act: (clinic: Clinic) => Promise<V>): Promise<V> {
  const dir = dirOf(call)
  const login = await userOf(call)
  const clinic = await openClinic({ dir, login, password: await passwordOf(call) })
  try {
    return await act(clinic)
  } finally {
    await clinic.close()
  }
}

export function dirOf({ values, env }: Call): string {
  const dir = values.data ?? env.ALCOVE_DATA
  if (typeof dir !== 'string' || dir === '') throw misuse('Say where the clinic’s records are, with --data DIR.')
  return resolve(dir)
}

async function userOf({ values, env, terminal }: Call): Promise<string> {
  const user = values.user ?? env.ALCOVE_USER
  if (typeof user === 'string' && user !== '') return user
  if (terminal.interactive) return terminal.ask('User: ')
  throw misuse('Say who you are, with --user NAME or ALCOVE_USER.')
}

/** From a prompt or the environment, never from an argument, which every other user of the machine could read. */
export async function passwordOf({ env, terminal }: Call, question = 'Password: '): Promise<string> {
  if (env.ALCOVE_PASSWORD !== undefined) return env.ALCOVE_PASSWORD
  if (terminal.interactive) return terminal.askHidden(question)
  throw misuse('Give the password in ALCOVE_PASSWORD, or run this in a terminal and type it.')
}

/** The one positional that a command takes. */
export function only(call: Call, what: string): string {
  const [first, ...more] = call.positionals
  if (first === undefined || first === '') throw misuse(`Say which ${what}.`)
  if (more.length > 0) throw misuse(`Give one ${what} only; put it in quotes if it has spaces.`)
  return first
}
