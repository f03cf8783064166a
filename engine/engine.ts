/**
 * The engine over one clinic's folder: empty, being set up, locked, or open with somebody signed in. The states and the
 * way from one to the next are here; what can be done in the open clinic is in the features.
 */
import type { Outbox } from '../domain/outbox.ts'
import type { Answer, ApiInput, ApiName } from './api.ts'
import type { ClinicStatus, SessionUser } from './api-shapes.ts'
import type { Context, Door, Emit, NewClinic, State } from './context.ts'
import { DataLock } from './data-lock.ts'
import type { Database } from './database.ts'
import { type Desk, dispatch, type Outcome } from './dispatch.ts'
import { AlcoveError, WrongPassword } from './errors.ts'
import { features } from './features.ts'
import { clinicIn, closeFiles, type OpenFiles, openFiles } from './files.ts'
import { calibrated, type Kdf } from './keyring/argon2.ts'
import { facilityOf, holderOf, type Opened, openWithLogin, openWithRecoveryCode } from './keyring/keyring.ts'
import type { OpenKeyring } from './keyring/open-keyring.ts'
import { Lockout } from './lockout.ts'
import { EngineOutbox } from './outbox.ts'
import { contextFor, sessionUser } from './session.ts'
import { abandonSetup, beginSetup, checkTypedBack, finishSetup, type Setup } from './setup.ts'
import { Store } from './store.ts'

export interface EngineOptions {
  dir: string
  emit?: Emit
  /** Milliseconds since 1970; for tests. */
  now?: () => number
  /** How slow a new clinic's password derivation is. Left out: measured, and never below the floor. */
  kdf?: Kdf
  idleMinutes?: number
}

const VERSION = '0.1.0'
const IDLE_MINUTES = 5

interface Open {
  files: OpenFiles
  keyring: OpenKeyring
  context: Context
}

export class Engine implements Desk, Door {
  readonly #dir: string
  readonly #emit: Emit
  readonly #now: () => number
  readonly #options: EngineOptions
  #lock: DataLock | undefined
  #setup: Setup | undefined
  #open: Open | undefined
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: EngineOptions) {
    this.#options = options
    this.#dir = options.dir
    this.#emit = options.emit ?? (() => undefined)
    this.#now = options.now ?? Date.now
  }

  /** The one way in; see `dispatch.ts`. */
  dispatch<N extends ApiName>(name: N, input: ApiInput<N>): Promise<Answer<N>> {
    return this.call(name, input) as Promise<Answer<N>>
  }

  /** The same for a call that comes from outside the program, as a message: it may be anything. */
  call(name: string, input: unknown): Promise<Outcome> {
    return dispatch(features, this, name, input)
  }

  get door(): Door {
    return this
  }

  get context(): Context | undefined {
    return this.#open?.context
  }

  get state(): State {
    if (this.#open) return 'open'
    if (this.#setup) return 'setup'
    return clinicIn(this.#dir) ? 'locked' : 'empty'
  }

  /** The sync worker's end of the open clinic. */
  get outbox(): Outbox {
    if (!this.#open) throw new AlcoveError('not-permitted', 'Sign in first.')
    const { db, journal } = this.#open.files
    return new EngineOutbox(db, journal, (status) => this.#emit('sync.status', status), this.#now)
  }

  get device(): string | undefined {
    return (this.#open?.files ?? this.#setup?.files)?.device
  }

  /** Has what the first search would wait for read now. Nobody is named by it, so nothing goes on record. */
  warm(): void {
    this.#open?.files.search.find('a', 1, new Date(this.#now()).toISOString().slice(0, 10))
  }

  status(): ClinicStatus {
    const state = this.state
    const facility = (this.#open ?? this.#setup)?.keyring.facility
    const shown = facility ?? (state === 'locked' ? facilityOf(this.#dir) : undefined)
    return {
      state,
      ...(shown && { facility: shown }),
      ...(this.#open && { user: this.#open.context.user }),
      idleMinutes: this.#options.idleMinutes ?? IDLE_MINUTES,
      version: VERSION,
    }
  }

  create(input: NewClinic): Promise<{ recoveryCodes: [string, string] }> {
    return this.#inTurn(async () => {
      this.#abandonSetup()
      this.#lock ??= DataLock.take(this.#dir)
      try {
        if (clinicIn(this.#dir)) throw new AlcoveError('clinic-exists', 'There is a clinic in this folder already.')
        this.#setup = await beginSetup(this.#dir, input, this.#options.kdf ?? (await calibrated()), this.#now)
        return { recoveryCodes: this.#setup.recoveryCodes }
      } catch (error) {
        this.#unlock()
        throw error
      }
    })
  }

  confirmRecovery(code: string): Promise<{ user: SessionUser }> {
    return this.#inTurn(async () => {
      if (!this.#setup) throw new AlcoveError('no-clinic', 'There is no setup to finish.')
      checkTypedBack(this.#setup, code)
      return this.#finishSetup(this.#setup)
    })
  }

  /** For scripts, whose operator has noted the codes: see `--recovery-noted`. */
  recoveryNoted(): Promise<{ user: SessionUser }> {
    return this.#inTurn(async () => {
      if (!this.#setup) throw new AlcoveError('no-clinic', 'There is no setup to finish.')
      return this.#finishSetup(this.#setup)
    })
  }

  signIn(login: string, password: string): Promise<{ user: SessionUser }> {
    return this.#inTurn(() =>
      this.#enter(login, async () => {
        const opened = await openWithLogin(this.#dir, login, password)
        if (!opened) throw new WrongPassword()
        return { opened, user: opened.slot }
      }),
    )
  }

  recover(code: string, login: string, newPassword: string): Promise<{ user: SessionUser; recoveryCode: string }> {
    return this.#inTurn(async () => {
      let recoveryCode = ''
      const { user } = await this.#enter(login, async () => {
        const opened = await openWithRecoveryCode(this.#dir, code)
        const holder = holderOf(this.#dir, login)
        if (!opened || !holder) {
          opened?.keyring.close()
          throw new AlcoveError('recovery-code', 'That name and recovery code do not open this clinic.')
        }
        const { keyring, slot } = opened
        const blank = await keyring.prepare({ id: holder, login: login.trim() }, newPassword)
        const settle = () => {
          keyring.put(blank)
          // One use only: whoever found the printout again would be let in for ever.
          recoveryCode = keyring.newRecoveryCode(slot)
        }
        return { opened, user: holder, note: 'session.recovered', settle }
      })
      return { user, recoveryCode }
    })
  }

  signOut(): Promise<void> {
    return this.#inTurn(async () => {
      try {
        this.#noteSession('session.signedOut')
      } catch {
        // A full disk must not keep anybody signed in: the next sign-in tells that this session is over.
      }
      this.#shut()
    })
  }

  /** Checkpoint, close, zero the keys, release the folder. Setup that was not finished is thrown away. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      this.#abandonSetup()
      this.#shut()
    })
  }

  /** Somebody comes in: into the locked clinic, or in the place of whoever is signed in. */
  async #enter(
    login: string,
    prove: () => Promise<{ opened: Opened; user: string; note?: string; settle?: () => void }>,
  ): Promise<{ user: SessionUser }> {
    const taken = this.#lock === undefined
    this.#lock ??= DataLock.take(this.#dir)
    try {
      const lockout = new Lockout(this.#dir, this.#now)
      lockout.check(login)
      const proved = prove().then(({ opened, user, note, settle }) => ({
        session: this.#admit(opened, user),
        note,
        settle,
      }))
      const { session, note, settle } = await proved.catch((error: unknown) => {
        if (error instanceof AlcoveError && ['wrong-password', 'recovery-code'].includes(error.code)) {
          lockout.failed(login, holderOf(this.#dir, login))
          this.#recordFailures(lockout)
        }
        throw error
      })
      this.#orShut(() => {
        lockout.succeeded(login)
        this.#recordFailures(lockout)
        this.#noteSession(note ?? 'session.signedIn')
        // Last: a code must not be used up on a sign-in that then fails.
        settle?.()
      })
      return { user: session }
    } catch (error) {
      if (taken && !this.#open) this.#unlock()
      throw error
    }
  }

  /** Nobody is signed in who was told that they are not, or whose sign-in could not be put on record. */
  #orShut(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#shut()
      throw error
    }
  }

  #admit({ keyring, fellBack }: Opened, user: string): SessionUser {
    const standing = this.#open
    let files = standing?.files
    try {
      files ??= openFiles(this.#dir, keyring, this.#now)
      const known = sessionUser(new Store({ ...files, author: user }), user)
      // Their slot outlived their removal: a crash in between, or a keyring from before it.
      if (!known) throw new WrongPassword()
    } catch (error) {
      if (!standing) files?.db.close()
      keyring.close()
      throw error
    }
    try {
      this.#noteSession('session.signedOut')
    } catch (error) {
      keyring.close()
      throw error
    }
    standing?.keyring.close()
    this.#become(user, files, keyring)
    this.#orShut(() => {
      if (fellBack) {
        this.#noteSession('keyring.fellBack', 'admin')
        keyring.save()
      } else if (keyring.generation < notedGeneration(files.db)) {
        // Put back from a backup, or by somebody whose former password it still takes.
        this.#noteSession('keyring.older', 'admin')
      }
      noteGeneration(files.db, keyring.generation)
    })
    return (this.#open as Open).context.user
  }

  #become(user: string, files: OpenFiles, keyring: OpenKeyring): void {
    const context = contextFor(user, { ...files, keyring, dir: this.#dir, now: this.#now, emit: this.#emit })
    this.#open = { files, keyring, context }
  }

  #finishSetup(setup: Setup): { user: SessionUser } {
    const files = finishSetup(this.#dir, setup, this.#now)
    this.#setup = undefined
    this.#become(setup.admin, files, setup.keyring)
    this.#noteSession('session.signedIn')
    return { user: (this.#open as Open).context.user }
  }

  #noteSession(record: string, kind: 'session' | 'admin' = 'session'): void {
    const open = this.#open
    if (!open) return
    const { id } = open.context.user
    open.files.journal.append({ kind, author: id, record, id })
  }

  /** Failures wait in a file while the clinic is locked: the journal can only be written with the key. */
  #recordFailures(lockout: Lockout): void {
    const open = this.#open
    if (!open || lockout.unrecorded.length === 0) return
    open.files.db.immediate(() => {
      for (const { at, user } of lockout.unrecorded) {
        const fields = { at: new Date(at).toISOString() }
        open.files.journal.append({
          kind: 'session',
          author: 'system',
          record: 'session.failed',
          id: user ?? 'unknown',
          fields,
        })
      }
    })
    lockout.recorded()
  }

  #abandonSetup(): void {
    if (!this.#setup) return
    abandonSetup(this.#dir, this.#setup)
    this.#setup = undefined
    this.#unlock()
  }

  #shut(): void {
    if (this.#open) {
      const { files, keyring } = this.#open
      try {
        noteGeneration(files.db, keyring.generation)
      } catch {
        // A full disk: the one noted at the sign-in still holds.
      }
    }
    if (this.#open) closeFiles(this.#open.files)
    this.#open?.keyring.close()
    this.#open = undefined
    this.#unlock()
  }

  #unlock(): void {
    this.#lock?.release()
    this.#lock = undefined
  }

  /** One at a time: two people cannot sign in at once, and nobody into a clinic that is being closed. */
  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(act)
    this.#turn = result.catch(() => undefined)
    return result
  }
}

/** Which generation of the keyring the clinic had last: an older one beside newer records is put on record. */
function notedGeneration(db: Database): number {
  return Number(db.get<{ value: string }>(`select value from meta where key = 'keyring-generation'`)?.value ?? 0)
}

function noteGeneration(db: Database, generation: number): void {
  if (notedGeneration(db) === generation) return
  db.run(
    `insert into meta (key, value) values ('keyring-generation', ?) on conflict (key) do update set value = excluded.value`,
    [String(generation)],
  )
}
