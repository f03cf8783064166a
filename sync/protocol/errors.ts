/** What can go wrong between a workstation and a gateway, as codes for machines and sentences for people. */

export const SYNC_ERROR_CODES = [
  /** The enrollment code was mistyped, is used, expired or unknown. */
  'enrollment-code',
  /** Nobody answered, or the connection broke. Passes by itself; the worker tries again. */
  'gateway-unreachable',
  /** Whoever answered has another key than the one this clinic enrolled with. */
  'gateway-pin',
  /** The gateway answered something that cannot be right. */
  'gateway-misbehaved',
  /** The gateway is there but asks for patience. */
  'gateway-busy',
  /** The gateway has no more room for this facility. Passes when its operator gives it some. */
  'gateway-full',
  /** The gateway cannot open this facility until its operator has put something right. */
  'gateway-repair',
  /** The gateway's operator has suspended or frozen the facility: nothing that this workstation could mend. */
  'gateway-stopped',
  /** The gateway no longer takes this workstation's credentials. */
  'gateway-refused',
  /** The facility was removed from the gateway for good: there is nothing left that a code could lead to. */
  'gateway-removed',
  /** Gateway and workstation have no protocol version in common. */
  'gateway-version',
  /** The gateway holds other entries under this workstation's name: it was cloned or restored from a backup. */
  'fork',
  /** One entry is too large for any batch. */
  'entry-too-large',
  /** The code is another facility's than the one that has this clinic's records: a person has to say that it is meant. */
  'other-facility',
  /** Sync is not set up here. */
  'sync-off',
  'internal',
] as const
export type SyncErrorCode = (typeof SYNC_ERROR_CODES)[number]

/** An error whose message is a finished sentence; it never holds patient data or a secret. */
export class SyncError extends Error {
  override readonly name = 'SyncError'
  readonly code: SyncErrorCode
  /** Seconds that the gateway asked us to wait. */
  readonly retryAfter: number | undefined

  constructor(
    code: SyncErrorCode,
    message: string,
    options: { cause?: unknown; retryAfter?: number | undefined } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : {})
    this.code = code
    this.retryAfter = options.retryAfter
  }
}

/** Whether waiting may help. For everything else a person has to do something first, so the worker does not hammer on. */
export function isPassing(code: SyncErrorCode): boolean {
  return /^gateway-(unreachable|busy|full|repair)$/.test(code)
}

/** Any thrown thing as a SyncError. What we did not expect is named by its class only: its message might quote a record. */
export function asSyncError(thrown: unknown): SyncError {
  if (thrown instanceof SyncError) return thrown
  const what = thrown instanceof Error ? thrown.name : typeof thrown
  return new SyncError('internal', `Sync stopped because of a fault in Alcove (${what}). Nothing was lost.`, {
    cause: thrown,
  })
}
