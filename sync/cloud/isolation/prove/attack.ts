/**
 * What an attack is: data beside a small function, so that the next one is a dozen lines (`attacks/`). It is evidence only
 * with its control (the identical act succeeds for whom it is allowed to, so the refusal is not for a slip of the pen) and
 * with an exact expectation: the SQLSTATE, the number of rows, the status and code; not merely that it failed.
 */
import type { Json } from '../../../../domain/fields.ts'
import type { Server, Stage } from './stage.ts'

export const GROUPS = ['sql', 'metadata', 'api', 'pool', 'resources'] as const
export type Group = (typeof GROUPS)[number]

/** What came back, as far as an expectation speaks of it. What it said besides is searched for canaries. */
export interface Outcome {
  /** PostgreSQL refused it with this. */
  readonly sqlstate?: string
  /** PostgreSQL accepted it: so many rows. */
  readonly rows?: number
  /** SQLSTATEs of the warnings that came with it. */
  readonly warnings?: readonly string[]
  /** The gateway answered with this status, */
  readonly status?: number
  /** and this code of the protocol; or the class of an error of our own. */
  readonly code?: string
  /** Anything else that can be said exactly. */
  readonly value?: Json
}

export interface Attack {
  /** Stable, with its group in front: `sql.set-role`. */
  readonly id: string
  readonly group: Group
  /** For a reader who does not read SQL: a sentence in the present, about "a facility" and "its neighbor". */
  readonly title: string
  /** Does the same where it is allowed; throws if that fails. Nothing of it may stay, or it must do no harm. */
  control(stage: Stage): Promise<void>
  attempt(stage: Stage): Promise<Outcome>
  /** Exactly this comes back. */
  readonly expect: Outcome | ((server: Server) => Outcome)
  /** The attempt has the victim write as well, so that its state changes: it is then not compared. */
  readonly victimWrites?: true
}

/** Thrown by an attack that this server cannot be tried with (an extension that is not installed): listed, and not counted. */
export class NotHere extends Error {
  override readonly name = 'NotHere'
}

/** Thrown by a control that does not hold. */
export class ControlFailed extends Error {
  override readonly name = 'ControlFailed'
}
