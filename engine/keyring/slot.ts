/**
 * A slot: one way into the clinic. A person's, opened by a password, or a recovery code's. It holds a pair of keys whose
 * private half only that secret unlocks, and the facility key sealed to the public half. So the facility key can be
 * turned, and a forgotten password replaced, by somebody who does not know the secret.
 */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { type Kdf, stretch } from './argon2.ts'
import { derive, lock, newPair, seal, unlock, unseal } from './box.ts'
import { readRecoveryCode } from './recovery-code.ts'

const Bytes = z
  .string()
  .regex(/^[A-Za-z0-9_-]+$/)
  .max(400)

export const Slot = z.strictObject({
  /** The user's id, or one made for a recovery code. */
  id: z.string().max(64),
  kind: z.enum(['password', 'recovery']),
  /** Absent for a recovery code. */
  login: z.string().max(200).optional(),
  salt: Bytes,
  public: Bytes,
  /** The private half, under the key that the secret gives. */
  wrapped: Bytes,
  /** The facility key, sealed to the public half. */
  sealed: z.strictObject({ public: Bytes, box: Bytes }),
})
export type Slot = z.infer<typeof Slot>

/** A slot before the facility key is in it. */
export type Blank = Omit<Slot, 'sealed'>

/** The form in which logins are compared: what was typed, without case and without the spaces around it. */
export function loginKey(login: string): string {
  return login.normalize('NFKC').trim().toLowerCase()
}

/** A slot for a password, its key pair new. The slow part; the facility key is put in afterwards. */
export async function blankForPassword(who: { id: string; login: string }, password: string, kdf: Kdf): Promise<Blank> {
  const salt = randomBytes(16)
  return blank({ kind: 'password', id: who.id, login: who.login }, salt, await stretch(password, salt, kdf))
}

export function blankForRecovery(id: string, secret: Uint8Array): Blank {
  // 160 random bits cannot be guessed however fast one tries: nothing has to be slow here.
  const salt = randomBytes(16)
  return blank({ kind: 'recovery', id }, salt, derive(secret, 'recovery', salt.toString('base64url')))
}

function blank(who: Pick<Slot, 'id' | 'kind' | 'login'>, salt: Buffer, key: Buffer): Blank {
  const pair = newPair()
  const made = {
    ...who,
    salt: salt.toString('base64url'),
    public: pair.public,
    wrapped: lock(key, pair.private, aboutPrivate(who.id)),
  }
  pair.private.fill(0)
  key.fill(0)
  return made
}

/** Puts the facility key in a slot, or a new one in the place of the old. */
export function filled(slot: Blank, facilityKey: Uint8Array): Slot {
  const { id, kind, login, salt, public: half, wrapped } = slot
  const sealed = seal(half, facilityKey, aboutFacility(id))
  return { id, kind, ...(login !== undefined && { login }), salt, public: half, wrapped, sealed }
}

/** The facility key, if that is the slot's password. */
export async function openWithPassword(slot: Slot, password: string, kdf: Kdf): Promise<Buffer | undefined> {
  return opened(slot, await stretch(password, Buffer.from(slot.salt, 'base64url'), kdf))
}

export function openWithCode(slot: Slot, code: string): Buffer | undefined {
  const secret = readRecoveryCode(code)
  return opened(slot, derive(secret, 'recovery', slot.salt))
}

function opened(slot: Slot, key: Buffer): Buffer | undefined {
  const half = unlock(key, slot.wrapped, aboutPrivate(slot.id))
  key.fill(0)
  if (!half) return undefined
  try {
    return unseal({ public: slot.public, private: half }, slot.sealed, aboutFacility(slot.id))
  } finally {
    half.fill(0)
  }
}

const aboutPrivate = (id: string) => `slot/${id}/private`
const aboutFacility = (id: string) => `slot/${id}/facility`
