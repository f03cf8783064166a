/** A new clinic, until its recovery code has been typed back: all of it is staged, and a crash leaves an empty folder. */
import { timingSafeEqual } from 'node:crypto'
import type { Practitioner } from '../domain/kinds.ts'
import { KINDS } from '../domain/kinds.ts'
import type { NewClinic } from './context.ts'
import { AlcoveError } from './errors.ts'
import { discardStaged, establishFiles, type OpenFiles, stageFiles } from './files.ts'
import type { Kdf } from './keyring/argon2.ts'
import { OpenKeyring } from './keyring/open-keyring.ts'
import { readRecoveryCode } from './keyring/recovery-code.ts'
import { Store } from './store.ts'
import { newId } from './uuid.ts'

export interface Setup {
  keyring: OpenKeyring
  files: OpenFiles
  admin: string
  recoveryCodes: [string, string]
}

export async function beginSetup(dir: string, input: NewClinic, kdf: Kdf, now: () => number): Promise<Setup> {
  const keyring = OpenKeyring.make(dir, { id: newId(), name: input.facility }, kdf)
  const admin = newId()
  const { login, password } = input.admin
  keyring.put(await keyring.prepare({ id: admin, login }, password))
  const recoveryCodes: [string, string] = [keyring.newRecoveryCode(), keyring.newRecoveryCode()]
  let files: OpenFiles | undefined
  try {
    const staged = stageFiles(dir, keyring, now)
    files = staged
    staged.db.immediate(() => recordSetup(staged, keyring, admin, input))
    return { keyring, files: staged, admin, recoveryCodes }
  } catch (error) {
    files?.db.close()
    keyring.close()
    // On a full disk most of all: what was half written would keep it full.
    discardStaged(dir)
    throw error
  }
}

/** Whether that is one of the two codes; `recovery-code` if it is not. */
export function checkTypedBack(setup: Setup, code: string): void {
  const typed = readRecoveryCode(code)
  if (!setup.recoveryCodes.some((printed) => timingSafeEqual(readRecoveryCode(printed), typed))) {
    throw new AlcoveError('recovery-code', 'That is a recovery code, but not one of the two that were just printed.')
  }
}

export function finishSetup(dir: string, setup: Setup, now: () => number): OpenFiles {
  return establishFiles(dir, setup.files, setup.keyring, now)
}

export function abandonSetup(dir: string, setup: Setup): void {
  setup.files.db.close()
  setup.keyring.close()
  discardStaged(dir)
}

function recordSetup(files: OpenFiles, keyring: OpenKeyring, admin: string, input: NewClinic): void {
  const { journal } = files
  const { login, name, qualification, registrationNumber } = input.admin
  journal.append({
    kind: 'admin',
    author: 'system',
    record: 'clinic.created',
    id: keyring.facility.id,
    fields: { facility: input.facility, ...(input.language !== undefined && { language: input.language }) },
  })
  const store = new Store({ ...files, author: admin })
  const practitioner = input.alsoClinician
    ? store.save(KINDS.practitioner, { ...nameParts(name), qualification, registrationNumber, active: true }).id
    : undefined
  const roles = input.alsoClinician ? (['admin', 'clinician'] as const) : (['admin'] as const)
  store.save(KINDS.user, { id: admin, login: login.trim(), name, roles: [...roles], practitioner, active: true })
}

/** `Dr Asha Rao` as a practitioner's name: what stands last is the family name. */
export function nameParts(name: string): Pick<Practitioner, 'prefix' | 'given' | 'family'> {
  const [, prefix, rest = name] = /^((?:dr|prof|mr|mrs|ms)\.?)\s+(.+)$/i.exec(name.trim()) ?? [
    undefined,
    undefined,
    name.trim(),
  ]
  const words = rest.split(/\s+/)
  const family = words.at(-1) ?? rest
  const given = words.slice(0, -1).join(' ')
  return { ...(prefix && { prefix }), ...(given && { given }), family }
}
