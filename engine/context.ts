/** What a feature is handed: the open clinic, as the signed-in person may use it. */
import type { AccessLog } from './access.ts'
import type { ClinicStatus, Events, SessionUser } from './api-shapes.ts'
import type { Database } from './database.ts'
import type { Journal } from './journal.ts'
import type { OpenKeyring } from './keyring/open-keyring.ts'
import type { SearchIndex } from './search-index.ts'
import type { Store } from './store.ts'

export type Emit = <E extends keyof Events>(event: E, data: Events[E]) => void

export interface Context {
  readonly db: Database
  /** Everything written through it is on record as this user's. */
  readonly store: Store
  readonly journal: Journal
  readonly search: SearchIndex
  readonly keyring: OpenKeyring
  readonly user: SessionUser
  readonly access: AccessLog
  readonly facility: { id: string; name: string }
  /** The clinic's folder. */
  readonly dir: string
  readonly now: () => Date
  readonly emit: Emit
}

export type State = ClinicStatus['state']

export interface Admin {
  login: string
  name: string
  password: string
  qualification?: string | undefined
  registrationNumber?: string | undefined
}

export interface NewClinic {
  facility: string
  admin: Admin
  /** The admin treats patients too, as in most small clinics. */
  alsoClinician: boolean
  language?: string | undefined
}

/** What can be asked before anyone is signed in. */
export interface Door {
  status(): ClinicStatus
  create(input: NewClinic): Promise<{ recoveryCodes: [string, string] }>
  confirmRecovery(code: string): Promise<{ user: SessionUser }>
  signIn(login: string, password: string): Promise<{ user: SessionUser }>
  recover(code: string, login: string, newPassword: string): Promise<{ user: SessionUser; recoveryCode: string }>
  signOut(): Promise<void>
}
