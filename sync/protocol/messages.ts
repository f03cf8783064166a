/**
 * The messages between a workstation and a gateway: JSON over HTTPS, except a push, whose body is a framed batch
 * (`batch.ts`). Both ends parse what they receive with these schemas before they use any of it.
 *
 *     POST /v1/enroll   EnrollRequest → EnrollAnswer     no authorization: the one-time secret is the authorization
 *     POST /v1/hello    HelloRequest  → HelloAnswer
 *     POST /v1/push     a batch       → PushAnswer       content-encoding zstd, br or identity; header `alcove-signature`
 *     GET  /v1/pull?after=SEQ&limit=N → PullAnswer
 *     GET  /v1/access?after=SEQ&limit=N → AccessAnswer   who came to the facility's records: its access log
 *
 * Anything but 200 carries a `Refusal`. Answers are loose: a newer gateway may say more, and an older worker ignores it.
 */
import { z } from 'zod'
import { DeviceId, Hash } from '../../domain/entry.ts'

export const PATHS = {
  enroll: '/v1/enroll',
  hello: '/v1/hello',
  push: '/v1/push',
  pull: '/v1/pull',
  access: '/v1/access',
} as const
/** Ed25519 over the batch's digest, base64url. */
export const SIGNATURE_HEADER = 'alcove-signature'

/** What a gateway takes at most; a worker stays within the smaller of these and of what `hello` answers. */
export const LIMITS = {
  entries: 5000,
  compressed: 4 << 20,
  inflated: 32 << 20,
  /** Bytes of one entry. */
  entry: 4 << 20,
  pull: 2000,
  access: 1000,
} as const

const Text = z.string().max(200)
const Base64Url = (bytes: number) =>
  z
    .string()
    .max(200)
    .refine(
      (text) => /^[\w-]*$/.test(text) && Buffer.from(text, 'base64url').length === bytes,
      `${bytes} bytes, base64url`,
    )

/** A facility's id at its gateway: opaque. */
export const FacilityId = z.string().regex(/^[0-9A-Za-z_-]{1,64}$/)
export const DeviceSecret = Base64Url(32)
/** An Ed25519 public key: its 32 raw bytes, base64url. */
export const PublicKey = Base64Url(32)
export const Versions = z.array(z.int().positive()).min(1).max(16)

/** How far a device's entries have come. Nothing yet is `{dseq: 0, hash: ''}`. */
export const Position = z.looseObject({ dseq: z.int().nonnegative(), hash: z.union([Hash, z.literal('')]) })
export type Position = z.infer<typeof Position>

/** An entry that the gateway will never take, and why. It is counted as passed: `acked` goes beyond it. */
const Refused = z.looseObject({ dseq: z.int().positive(), code: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/) })
export type Refused = z.infer<typeof Refused>

/**
 * Joins a device to the facility that the secret belongs to. Sent again with the same device, key and device secret it
 * is answered as the first time, so that an answer lost on the way does not use a code up for nothing.
 */
export const EnrollRequest = z.strictObject({
  versions: Versions,
  secret: Base64Url(16),
  device: DeviceId,
  publicKey: PublicKey,
  deviceSecret: DeviceSecret,
})
export type EnrollRequest = z.infer<typeof EnrollRequest>

export const EnrollAnswer = z.looseObject({
  version: z.int().positive(),
  facility: FacilityId,
  device: DeviceId,
  /** Names the gateway's memory: another epoch means it was restored from a backup and may have forgotten entries. */
  epoch: Text.min(1),
})
export type EnrollAnswer = z.infer<typeof EnrollAnswer>

export const HelloRequest = z.strictObject({ versions: Versions, device: DeviceId })
export type HelloRequest = z.infer<typeof HelloRequest>

export const HelloAnswer = z.looseObject({
  version: z.int().positive(),
  epoch: Text.min(1),
  /** What the gateway has of this device: where the next push begins. */
  acked: Position,
  /** Every entry of this device that was refused for good, for a worker that died before it could note the answer. */
  refused: z.array(Refused).max(10_000).optional(),
  limits: z
    .looseObject({ entries: z.int().positive(), compressed: z.int().positive(), inflated: z.int().positive() })
    .optional(),
  encodings: z.array(Text).max(16).optional(),
})
export type HelloAnswer = z.infer<typeof HelloAnswer>

export const PushAnswer = z.looseObject({ acked: Position, refused: z.array(Refused).max(LIMITS.entries).optional() })
export type PushAnswer = z.infer<typeof PushAnswer>

export const PullQuery = z.strictObject({
  after: z.coerce.number().int().nonnegative(),
  limit: z.coerce.number().int().positive().max(LIMITS.pull),
})

export const PullAnswer = z.looseObject({
  epoch: Text.min(1),
  entries: z
    .array(z.looseObject({ seq: z.int().positive(), hash: Hash, body: z.string().max(LIMITS.inflated) }))
    .max(LIMITS.pull),
  /** Ask for what is after this next time. */
  next: z.int().nonnegative(),
  /** Whether there is more already. */
  more: z.boolean(),
})
export type PullAnswer = z.infer<typeof PullAnswer>

export const AccessQuery = z.strictObject({
  after: z.coerce.number().int().nonnegative(),
  limit: z.coerce.number().int().positive().max(LIMITS.access),
})

/** A row of the access log. Loosely typed: what a tampered row says has to arrive in order to be seen. */
const AccessRow = z.looseObject({
  seq: z.int().positive(),
  at: Text,
  device: Text,
  act: Text,
  rows: z.int().nonnegative(),
  address: Text,
  outcome: Text,
  prev: Text,
  hash: Text,
})

export const AccessAnswer = z.looseObject({
  epoch: Text.min(1),
  rows: z.array(AccessRow).max(LIMITS.access),
  /** The log's last row as it was when these were read: a log that lost its end shows by it. */
  head: z.looseObject({ seq: z.int().nonnegative(), hash: Text }),
  more: z.boolean(),
})
export type AccessAnswer = z.infer<typeof AccessAnswer>

export const REFUSAL_CODES = [
  'bad-request',
  /** 401: no such device, or not its secret. */
  'unauthorized',
  /** 403: the device was removed. */
  'revoked',
  /** 403: the facility was removed for good, and no code leads to it any more. */
  'removed',
  /** 403: the operator has stopped all exchange with the facility while something is looked into. */
  'frozen',
  /** 403: the operator has suspended the facility. */
  'suspended',
  /** 404, 410, 410: of `enroll` only. */
  'enrollment-unknown',
  'enrollment-used',
  'enrollment-expired',
  /** 400: the batch's digest, signature or chain does not hold. */
  'bad-batch',
  /** 409: the batch does not begin where the gateway stands; `acked` says where that is. */
  'gap',
  /** 409: other bytes under a dseq that the gateway has. */
  'fork',
  /** 413 */
  'too-large',
  /** 415 */
  'encoding',
  /** 426 */
  'version',
  /** 429 or 503, with Retry-After. */
  'busy',
  /** 503, with Retry-After: the facility cannot be opened until its operator has put something right. */
  'repair',
  /** 507, with Retry-After: the facility's storage quota is reached. */
  'quota',
  /** 500 */
  'internal',
] as const
export type RefusalCode = (typeof REFUSAL_CODES)[number]

/** Every answer that is not 200. The code is a string here: a newer gateway may know more of them. */
export const Refusal = z.looseObject({
  error: z.looseObject({ code: Text, message: z.string().max(1000), acked: Position.optional() }),
})
export type Refusal = z.infer<typeof Refusal>

export interface Credentials {
  facility: string
  device: string
  /** The device secret, base64url. */
  secret: string
}

/** The `authorization` header of every request but `enroll`. */
export function writeAuthorization({ facility, device, secret }: Credentials): string {
  return `Alcove ${facility}.${device}.${secret}`
}

/** Reads an `authorization` header; undefined if it is none of ours. */
export function readAuthorization(header: string | undefined): Credentials | undefined {
  const match = /^Alcove ([0-9A-Za-z_-]{1,64})\.([0-9a-f]{16})\.([\w-]{43})$/.exec(header ?? '')
  if (!match) return undefined
  const [, facility, device, secret] = match as unknown as [string, string, string, string]
  return DeviceSecret.safeParse(secret).success ? { facility, device, secret } : undefined
}
