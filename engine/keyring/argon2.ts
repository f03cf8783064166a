/** A key from a password, slowly: Argon2id. Native where the platform has it, WebAssembly where it does not. */
import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'

export interface Kdf {
  /** KiB. */
  memory: number
  passes: number
  lanes: number
}

/** The least that a password is ever protected with. */
export const FLOOR: Kdf = { memory: 64 * 1024, passes: 3, lanes: 1 }
const MOST_PASSES = 12
/** What a person at the sign-in screen does not notice. */
const TARGET_MS = 250

type Argon2 = (password: Uint8Array, salt: Uint8Array, kdf: Kdf) => Promise<Uint8Array>

export async function stretch(password: string, salt: Uint8Array, kdf: Kdf): Promise<Buffer> {
  const argon2 = await loaded()
  // Two ways to type é are one password.
  const bytes = Buffer.from(password.normalize('NFKC'), 'utf8')
  try {
    return Buffer.from(await argon2(bytes, salt, kdf))
  } finally {
    bytes.fill(0)
  }
}

/** The floor, with more passes on a machine that can afford them. */
export async function calibrated(): Promise<Kdf> {
  await stretch('', Buffer.alloc(16), { ...FLOOR, memory: 64, passes: 1 })
  const start = performance.now()
  await stretch('calibration', randomBytes(16), FLOOR)
  const passes = Math.floor((FLOOR.passes * TARGET_MS) / Math.max(1, performance.now() - start))
  return { ...FLOOR, passes: Math.min(MOST_PASSES, Math.max(FLOOR.passes, passes)) }
}

let implementation: Promise<Argon2> | undefined
function loaded(): Promise<Argon2> {
  implementation ??= native().catch(() => webAssembly())
  return implementation
}

/** `@node-rs/argon2`: in a thread of its own, so that the engine answers meanwhile. */
export async function native(): Promise<Argon2> {
  const { hashRaw } = await import('@node-rs/argon2')
  return (password, salt, kdf) =>
    hashRaw(password, {
      // Argon2id, version 1.3: the package's names for them are const enums, which types that are stripped cannot use.
      algorithm: 2,
      version: 1,
      salt,
      memoryCost: kdf.memory,
      timeCost: kdf.passes,
      parallelism: kdf.lanes,
      outputLen: 32,
    })
}

export async function webAssembly(): Promise<Argon2> {
  const { argon2id } = await import('hash-wasm')
  return (password, salt, kdf) =>
    argon2id({
      password,
      salt,
      memorySize: kdf.memory,
      iterations: kdf.passes,
      parallelism: kdf.lanes,
      hashLength: 32,
      outputType: 'binary',
    })
}
