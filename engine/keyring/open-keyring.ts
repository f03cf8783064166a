/** The keyring while the clinic is open: the facility key in memory, and what may be done with it. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { AlcoveError, Damaged, NotFound } from '../errors.ts'
import { newId } from '../uuid.ts'
import type { Kdf } from './argon2.ts'
import { derive, KEY_BYTES, lock, unlock } from './box.ts'
import { type KeyringContent, type KeyringFile, writeKeyring } from './keyring-file.ts'
import { newRecoverySecret, printRecoveryCode } from './recovery-code.ts'
import {
  type Blank,
  blankForPassword,
  blankForRecovery,
  filled,
  loginKey,
  openWithPassword,
  type Slot,
} from './slot.ts'

export class OpenKeyring {
  readonly #dir: string
  #content: KeyringContent
  #facilityKey: Buffer
  /** False while a clinic is being set up: half a setup then leaves nothing behind. */
  #kept = true
  #closed = false

  /** Takes over `facilityKey`. `damaged` if the file was not written by a holder of it. */
  constructor(dir: string, file: KeyringFile, facilityKey: Buffer) {
    const mac = Buffer.from(file.mac, 'base64url')
    const expected = Buffer.from(macOf(file.content, facilityKey), 'base64url')
    if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) {
      facilityKey.fill(0)
      throw new Damaged('The file with the clinic’s keys (keyring.json)')
    }
    this.#dir = dir
    this.#content = file.content
    this.#facilityKey = facilityKey
  }

  /** A new clinic's keyring, in memory until `save`. */
  static make(dir: string, facility: { id: string; name: string }, kdf: Kdf): OpenKeyring {
    const facilityKey = randomBytes(KEY_BYTES)
    const databaseKey = randomBytes(KEY_BYTES)
    const content: KeyringContent = {
      alcove: 'keyring',
      version: 1,
      generation: 1,
      facility,
      kdf,
      slots: [],
      database: lockDatabaseKey(facilityKey, databaseKey, facility.id),
    }
    databaseKey.fill(0)
    const mac = macOf(content, facilityKey)
    const keyring = new OpenKeyring(dir, { content, mac, checksum: '' }, facilityKey)
    keyring.#kept = false
    return keyring
  }

  get facility(): { id: string; name: string } {
    return { ...this.#content.facility }
  }

  /** Counts the changes of the keyring. */
  get generation(): number {
    return this.#content.generation
  }

  get kdf(): Kdf {
    return { ...this.#content.kdf }
  }

  /** The database's 32 bytes. The caller zeroes them as soon as the database is open. */
  databaseKey(): Buffer {
    this.#refuseClosed()
    const about = aboutDatabase(this.#content.facility.id)
    const wrapping = derive(this.#facilityKey, 'database')
    const key = unlock(wrapping, this.#content.database, about)
    wrapping.fill(0)
    if (!key) throw new Damaged('The file with the clinic’s keys (keyring.json)')
    return key
  }

  /** The slow part of giving somebody a password; `put` is the quick one, and can be part of a transaction. */
  prepare(who: { id: string; login: string }, password: string): Promise<Blank> {
    return blankForPassword(who, password, this.#content.kdf)
  }

  /** Gives a person this slot, in the place of the one they had, and of one that a crash left under that login. */
  put(blank: Blank): void {
    this.#refuseClosed()
    const others = this.#content.slots.filter((slot) => !sameHolder(slot, blank))
    this.#replace({ slots: [...others, filled(blank, this.#facilityKey)] })
  }

  /** Another login for the same person; the password stays. */
  rename(id: string, login: string): void {
    this.#refuseClosed()
    const named = this.#content.slots.map((slot) =>
      slot.id === id ? filled({ ...slot, login }, this.#facilityKey) : slot,
    )
    this.#replace({ slots: named })
  }

  /** Whether that is the person's password. */
  async knows(id: string, password: string): Promise<boolean> {
    const slot = this.#content.slots.find((it) => it.id === id && it.kind === 'password')
    if (!slot) throw new NotFound('user')
    const key = await openWithPassword(slot, password, this.#content.kdf)
    key?.fill(0)
    return key !== undefined
  }

  has(id: string): boolean {
    return this.#content.slots.some((slot) => slot.id === id)
  }

  /**
   * Takes a person's slot away and turns the facility key, so that a copy of it that they may have kept opens no keyring
   * from now on. The generation that is kept is replaced too: it would still let them in. The database's key stays: a
   * keyring from before and the database together still open (docs/for-auditors.md).
   */
  remove(id: string): void {
    const next = randomBytes(KEY_BYTES)
    const databaseKey = this.databaseKey()
    const slots = this.#content.slots.filter((slot) => slot.id !== id).map((slot) => filled(slot, next))
    const database = lockDatabaseKey(next, databaseKey, this.#content.facility.id)
    databaseKey.fill(0)
    const former = this.#facilityKey
    this.#facilityKey = next
    try {
      this.#replace({ slots, database })
      this.#replace({})
    } catch (error) {
      this.#facilityKey = former
      next.fill(0)
      throw error
    }
    former.fill(0)
  }

  /** A new recovery code, in the place of the one whose slot is `id` if given. Returns it as it is to be printed. */
  newRecoveryCode(id?: string): string {
    this.#refuseClosed()
    const secret = newRecoverySecret()
    const slot = filled(blankForRecovery(newId(), secret), this.#facilityKey)
    this.#replace({ slots: [...this.#content.slots.filter((it) => it.id !== id), slot] })
    // Like a person who leaves: the used code must not open the generation that is kept.
    if (id !== undefined) this.#replace({})
    const code = printRecoveryCode(secret)
    secret.fill(0)
    return code
  }

  /** From here on every change is written to the folder. Until then the keyring is in memory only. */
  save(): void {
    this.#kept = true
    this.#replace({})
  }

  /** Zeroes the facility key. */
  close(): void {
    this.#closed = true
    this.#facilityKey.fill(0)
  }

  /** What a person began may end after their session: it must not write a keyring under a key of zeros. */
  #refuseClosed(): void {
    if (this.#closed)
      throw new AlcoveError('not-permitted', 'That session has ended. Nothing was changed; sign in again.')
  }

  #replace(changed: Partial<Pick<KeyringContent, 'slots' | 'database'>>): void {
    this.#refuseClosed()
    const content = { ...this.#content, ...changed, generation: this.#content.generation + 1 }
    if (this.#kept) writeKeyring(this.#dir, content, macOf(content, this.#facilityKey))
    this.#content = content
  }
}

function sameHolder(slot: Slot, blank: Blank): boolean {
  if (slot.id === blank.id) return true
  return slot.login !== undefined && blank.login !== undefined && loginKey(slot.login) === loginKey(blank.login)
}

function macOf(content: KeyringContent, facilityKey: Uint8Array): string {
  const key = derive(facilityKey, 'keyring-mac')
  try {
    return createHmac('sha256', key).update(JSON.stringify(content)).digest('base64url')
  } finally {
    key.fill(0)
  }
}

function lockDatabaseKey(facilityKey: Uint8Array, databaseKey: Uint8Array, facility: string): string {
  const key = derive(facilityKey, 'database')
  try {
    return lock(key, databaseKey, aboutDatabase(facility))
  } finally {
    key.fill(0)
  }
}

const aboutDatabase = (facility: string) => `facility/${facility}/database`
