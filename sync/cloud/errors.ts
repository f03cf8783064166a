/** An error of the cloud's own: a code for scripts, a finished sentence for people. Never a secret, never patient data. */
export class CloudError<C extends string = string> extends Error {
  override readonly name = 'CloudError'
  readonly code: C
  constructor(code: C, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause })
    this.code = code
  }
}

/** The SQLSTATE of an error that PostgreSQL reported; undefined for anything else. */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  // EPIPE is five capitals as well, and a word of the operating system's; no class of SQLSTATE begins with an E.
  return typeof code === 'string' && /^[0-9A-DF-Z][0-9A-Z]{4}$/.test(code) ? code : undefined
}

/** Whether somebody else changed the same row of a catalog, such as a role, at the same moment. */
export function isCollision(error: unknown): boolean {
  const { routine = '' } = error as { routine?: string }
  return sqlState(error) === 'XX000' && ['simple_heap_update', 'simple_heap_delete'].includes(routine)
}

/** Refused because somebody else was at work on the same things: the same again, a moment later, may well succeed. */
export function isInTheWay(error: unknown): boolean {
  return ['55P03', '40P01'].includes(sqlState(error) ?? '') || isCollision(error)
}

export const facilityBusy = (cause: unknown) =>
  new CloudError('facility-busy', 'Something else is being done to that facility. Try again in a moment.', cause)
