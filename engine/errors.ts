/**
 * What can go wrong, said plainly. An error has a code for programs and a finished sentence for people; neither ever
 * holds anything about a patient, because both end up in logs and on screens that others can see.
 */

export type ErrorCode =
  | 'bad-input'
  | 'wrong-password'
  | 'locked-out'
  | 'not-permitted'
  | 'not-found'
  | 'sealed'
  | 'conflict'
  | 'damaged'
  | 'newer-database'
  | 'disk-full'
  | 'already-open'
  | 'no-clinic'
  | 'clinic-exists'
  | 'recovery-code'
  | 'gateway-unreachable'
  | 'gateway-pin'
  | 'gateway-misbehaved'
  | 'enrollment-code'
  | 'other-facility'
  | 'sync-off'
  | 'import-broken'
  | 'internal'

/** Numbers and short words for a screen that says the sentence in another language. Never patient data. */
export type ErrorDetails = Record<string, string | number>

export class AlcoveError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'AlcoveError'
  readonly code: C
  readonly details: ErrorDetails | undefined

  constructor(code: C, sentence: string, details?: ErrorDetails) {
    super(sentence)
    this.code = code
    this.details = details
  }
}

/** The same words for an unknown user and a wrong password: which of the two it was is nobody's business. */
export class WrongPassword extends AlcoveError<'wrong-password'> {
  constructor() {
    super('wrong-password', 'That name and password do not open this clinic. Nothing was changed.')
  }
}

export class LockedOut extends AlcoveError<'locked-out'> {
  constructor(retryAfter: number) {
    super('locked-out', `Too many failed attempts. Wait ${waiting(retryAfter)} and try again.`, { retryAfter })
  }
}

export class Damaged extends AlcoveError<'damaged'> {
  constructor(what = 'The clinic’s database') {
    super('damaged', `${what} is damaged and cannot be read. Nothing was changed. Restore the latest backup.`)
  }
}

export class NewerDatabase extends AlcoveError<'newer-database'> {
  constructor() {
    super('newer-database', 'These records were written by a newer Alcove. Update this one; nothing was changed.')
  }
}

export class NotFound extends AlcoveError<'not-found'> {
  constructor(what = 'record') {
    super('not-found', `There is no such ${what}.`)
  }
}

/**
 * What any thrown thing is to the outside. SQLite's own messages name tables and files, and an unexpected exception's
 * message may quote a value, so neither is passed on; of the latter only the place in our code is.
 */
export function asAlcoveError(thrown: unknown): AlcoveError {
  if (thrown instanceof AlcoveError) return thrown
  const code = codeOf(thrown)
  if (code.startsWith('SQLITE_FULL') || code === 'ENOSPC' || code === 'EDQUOT') {
    return new AlcoveError('disk-full', 'The disk is full. Nothing was saved; what was there is safe. Free some space.')
  }
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')) return new Damaged()
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new AlcoveError('already-open', 'This clinic’s records are open in another program. Close it first.')
  }
  if (code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_CANTOPEN') || code === 'EIO') {
    return new AlcoveError('internal', 'The disk could not be read or written. Nothing was saved.', { cause: code })
  }
  if (code.startsWith('SQLITE_READONLY') || code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new AlcoveError('not-permitted', 'This computer’s user may not write to the clinic’s folder.')
  }
  return new AlcoveError('internal', 'Something went wrong inside Alcove. Nothing was saved.', {
    cause: thrown instanceof Error ? thrown.name : typeof thrown,
    at: placeOf(thrown),
  })
}

function codeOf(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : ''
  return typeof code === 'string' ? code : ''
}

/** The innermost of our own lines in a stack: `store.ts:42`. */
function placeOf(thrown: unknown): string {
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : ''
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line))
  const ours = frames.find((line) => !line.includes('node_modules') && !line.includes('node:')) ?? frames[0] ?? ''
  return /([^/\\(]+:\d+):\d+\)?$/.exec(ours)?.[1] ?? 'unknown'
}

function waiting(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} seconds` : `${Math.ceil(seconds / 60)} minutes`
}
