/**
 * Slows down guessing at the sign-in screen: after five failures a name has to wait, longer each time, and a restart
 * does not shorten it. Never a wipe, and no protection against somebody who has copied the files: for that a password
 * is long and its derivation slow.
 */
import { createHmac, randomBytes } from 'node:crypto'
import { readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { LockedOut } from './errors.ts'
import { writeDurably } from './keyring/keyring-file.ts'
import { loginKey } from './keyring/slot.ts'

const FREE_FAILURES = 5
const FIRST_WAIT_S = 30
const LONGEST_WAIT_S = 15 * 60
/** More than a person mistypes, few enough to keep. */
const MOST = 200

const Failures = z.object({ count: z.int().positive(), until: z.number() })
const File = z.object({
  version: z.literal(1),
  /** People type their password where the name belongs: names are kept only as a code under this. */
  salt: z.string(),
  failures: z.record(z.string(), Failures),
  /** Failures that are to be put in the journal at the next sign-in; `user` if the name was somebody's. */
  unrecorded: z.array(z.object({ at: z.number(), user: z.string().optional() })),
})
type File = z.infer<typeof File>
export type Failed = File['unrecorded'][number]

export class Lockout {
  readonly #path: string
  readonly #now: () => number
  #file: File

  constructor(dir: string, now: () => number = Date.now) {
    this.#path = join(dir, 'lockout.json')
    this.#now = now
    this.#file = read(this.#path)
  }

  /** Throws `locked-out` while that name has to wait. An unknown name waits like any other. */
  check(login: string): void {
    const key = this.#key(login)
    const failures = this.#file.failures[key]
    if (!failures) return
    const wait = (failures.until - this.#now()) / 1000
    if (wait <= 0) return
    // A clock that was set back makes nobody wait for years: the longest wait begins now, and it ends.
    if (wait > LONGEST_WAIT_S) {
      const until = this.#now() + LONGEST_WAIT_S * 1000
      this.#write({ ...this.#file, failures: { ...this.#file.failures, [key]: { ...failures, until } } })
    }
    throw new LockedOut(Math.ceil(Math.min(wait, LONGEST_WAIT_S)))
  }

  failed(login: string, user: string | undefined): void {
    const key = this.#key(login)
    const count = (this.#file.failures[key]?.count ?? 0) + 1
    const over = count - FREE_FAILURES
    const wait = over < 0 ? 0 : Math.min(FIRST_WAIT_S * 2 ** over, LONGEST_WAIT_S)
    const { [key]: _, ...others } = this.#file.failures
    const failures = {
      ...Object.fromEntries(Object.entries(others).slice(-MOST)),
      [key]: { count, until: this.#now() + wait * 1000 },
    }
    const unrecorded = [...this.#file.unrecorded, { at: this.#now(), ...(user !== undefined && { user }) }].slice(-MOST)
    this.#write({ ...this.#file, failures, unrecorded })
  }

  succeeded(login: string): void {
    const key = this.#key(login)
    if (!this.#file.failures[key]) return
    const { [key]: _, ...failures } = this.#file.failures
    this.#write({ ...this.#file, failures })
  }

  get unrecorded(): readonly Failed[] {
    return this.#file.unrecorded
  }

  /** They are in the journal now. A crash before this puts them there twice, never not at all. */
  recorded(): void {
    if (this.#file.unrecorded.length > 0) this.#write({ ...this.#file, unrecorded: [] })
  }

  #key(login: string): string {
    return createHmac('sha256', this.#file.salt).update(loginKey(login)).digest('base64url').slice(0, 22)
  }

  #write(file: File): void {
    this.#file = file
    writeDurably(`${this.#path}.new`, JSON.stringify(file))
    renameSync(`${this.#path}.new`, this.#path)
  }
}

/** A file that cannot be read starts anew: it guards the screen, and must not keep a clinic out of its records. */
function read(path: string): File {
  try {
    return File.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return { version: 1, salt: randomBytes(16).toString('base64url'), failures: {}, unrecorded: [] }
  }
}
