/** Opens the keyring with a password or a recovery code. */
import { randomBytes } from 'node:crypto'
import { Damaged } from '../errors.ts'
import { readKeyring } from './keyring-file.ts'
import { OpenKeyring } from './open-keyring.ts'
import { loginKey, openWithCode, openWithPassword, type Slot } from './slot.ts'

export interface Opened {
  keyring: OpenKeyring
  /** The slot that opened it: a user's id, or a recovery code's. */
  slot: string
  /** True if the newest keyring could not be used, and the one before it was. */
  fellBack: boolean
}

/** Undefined for a wrong password and for an unknown login alike, after the same work. */
export function openWithLogin(dir: string, login: string, password: string): Promise<Opened | undefined> {
  return open(dir, async (slots, kdf) => {
    const slot = slots.find((it) => it.login !== undefined && loginKey(it.login) === loginKey(login)) ?? decoy()
    const facilityKey = await openWithPassword(slot, password, kdf)
    return facilityKey && { slot: slot.id, facilityKey }
  })
}

/** Undefined for a code that is well written but not of this clinic; `recovery-code` for one that is not. */
export function openWithRecoveryCode(dir: string, code: string): Promise<Opened | undefined> {
  return open(dir, async (slots) => {
    for (const slot of slots.filter((it) => it.kind === 'recovery')) {
      const facilityKey = openWithCode(slot, code)
      if (facilityKey) return { slot: slot.id, facilityKey }
    }
    return undefined
  })
}

/** Whose login that is, if anybody's. For the record of failures only: it tells nothing to who tries. */
export function holderOf(dir: string, login: string): string | undefined {
  const [{ file }] = readKeyring(dir)
  return file.content.slots.find((it) => it.login !== undefined && loginKey(it.login) === loginKey(login))?.id
}

/** The facility's name and id, which the sign-in screen shows before anybody has signed in. */
export function facilityOf(dir: string): { id: string; name: string } {
  return readKeyring(dir)[0].file.content.facility
}

type Attempt = (
  slots: readonly Slot[],
  kdf: { memory: number; passes: number; lanes: number },
) => Promise<{ slot: string; facilityKey: Buffer } | undefined>

async function open(dir: string, attempt: Attempt): Promise<Opened | undefined> {
  let damaged: Damaged | undefined
  for (const { file, previous } of readKeyring(dir)) {
    const found = await attempt(file.content.slots, file.content.kdf)
    if (!found) {
      if (damaged) break
      return undefined
    }
    try {
      const keyring = new OpenKeyring(dir, file, found.facilityKey)
      return { keyring, slot: found.slot, fellBack: previous }
    } catch (error) {
      // The secret was right and the file was not written by us: see whether the one before it was.
      if (!(error instanceof Damaged)) throw error
      damaged = error
    }
  }
  throw damaged ?? new Damaged('The file with the clinic’s keys (keyring.json)')
}

/** A slot that nothing opens, of the size of a real one. */
function decoy(): Slot {
  const random = (bytes: number) => randomBytes(bytes).toString('base64url')
  return {
    id: 'decoy',
    kind: 'password',
    salt: random(16),
    public: random(32),
    wrapped: random(12 + 32 + 16),
    sealed: { public: random(32), box: random(12 + 32 + 16) },
  }
}
