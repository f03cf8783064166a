import { type Clinic, createClinic } from '../../../engine/clinic.ts'
import { AlcoveError } from '../../../engine/errors.ts'
import { type Call, command } from '../command.ts'
import { dirOf, passwordOf } from '../open.ts'
import { misuse } from '../refusal.ts'

const TRIES = 3
/** The engine refuses shorter ones too; here it is said before anything else is asked. */
const SHORTEST = 12

export const init = command({
  name: 'init',
  says: 'Makes a clinic, with its first admin and two recovery codes.',
  takes: '--facility NAME --admin USER [--recovery-noted]',
  more: `  --facility NAME    what the clinic is called
  --admin USER       the sign-in of its first admin; the password comes from a prompt or ALCOVE_PASSWORD
  --name NAME        the admin’s own name; without it, the sign-in
  --admin-only       the admin does not treat patients; otherwise they are a clinician too
  --language CODE    en or hi
  --recovery-noted   you keep the recovery codes that are printed. Without it, one has to be typed back.`,
  options: {
    facility: { type: 'string' },
    admin: { type: 'string' },
    name: { type: 'string' },
    'admin-only': { type: 'boolean' },
    language: { type: 'string' },
    'recovery-noted': { type: 'boolean' },
  },
  async run(call) {
    const { values, terminal } = call
    const noted = values['recovery-noted'] === true
    if (!noted && !terminal.interactive)
      throw new AlcoveError(
        'recovery-code',
        'A clinic is made only once its recovery codes are kept. Run this in a terminal and type one back, or add --recovery-noted to say that you keep what is printed. Nothing was made.',
      )
    const login = said(values.admin ?? values.user ?? call.env.ALCOVE_USER, '--admin USER')
    const made = await createClinic({
      dir: dirOf(call),
      facility: said(values.facility, '--facility NAME'),
      admin: { login, name: typeof values.name === 'string' ? values.name : login, password: await newPassword(call) },
      alsoClinician: values['admin-only'] !== true,
      recoveryNoted: noted,
      ...(typeof values.language === 'string' && { language: values.language }),
    })
    const { clinic, facility, device, recoveryCodes } = made
    try {
      if (!noted) await typeBack(call, clinic, recoveryCodes)
    } finally {
      await clinic.close()
    }
    return { facility, device, recoveryCodes }
  },
  show: ({ facility, recoveryCodes }) =>
    `${facility.name} is ready.\nRecovery codes. Print them and keep them apart from this computer:\n  ${recoveryCodes.join('\n  ')}`,
})

function said(value: unknown, option: string): string {
  if (typeof value !== 'string' || value.trim() === '') throw misuse(`${option} is missing.`)
  return value
}

/** Typed twice where it is typed: nobody can read a hidden slip of the finger. */
async function newPassword(call: Call): Promise<string> {
  const password = await passwordOf(call, 'New password, 12 characters or more: ')
  if (password.length < SHORTEST)
    throw misuse(`That password is too short: ${SHORTEST} characters or more. Nothing was made.`)
  if (call.env.ALCOVE_PASSWORD === undefined && (await call.terminal.askHidden('The same again: ')) !== password)
    throw misuse('The two passwords are not the same. Nothing was made.')
  return password
}

async function typeBack({ terminal }: Call, clinic: Clinic, codes: readonly string[]): Promise<void> {
  terminal.say('These two codes open the clinic if its password is forgotten. Print them, and keep them elsewhere:')
  for (const code of codes) terminal.say(`  ${code}`)
  for (let left = TRIES; left > 0; left--) {
    const code = await terminal.ask('Type one of them back: ')
    const answer = await clinic.dispatch('clinic.confirmRecovery', { code })
    if (answer.ok) return
    terminal.say(answer.error.message)
  }
  throw new AlcoveError('recovery-code', 'No code was typed back, so the clinic was not made. Nothing is left of it.')
}
