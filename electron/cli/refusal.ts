import { AlcoveError, asAlcoveError } from '../../engine/errors.ts'

/** What a command answers instead of its value, and everything that it may say about why. */
export interface Refusal {
  code: string
  message: string
  details?: Record<string, string | number>
}

/** A command that did something, and then has to say that not all of it could be done: the report goes with it. */
export class Incomplete extends AlcoveError {
  readonly report: object

  constructor(error: AlcoveError, report: object) {
    super(error.code, error.message, error.details)
    this.report = report
  }
}

/** A call that was typed in a way that cannot be meant. */
export function misuse(sentence: string): AlcoveError {
  return new AlcoveError('bad-input', sentence)
}

/** Any error as its code and sentence. Sync's errors are kept as they are: they too are written for people. */
export function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof Error && thrown.name === 'SyncError' && 'code' in thrown)
    return { code: String(thrown.code), message: thrown.message }
  const { code, message, details } = asAlcoveError(thrown)
  return { code, message, ...(details && { details }) }
}
