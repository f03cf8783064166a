/** The page's one way to the engine: a typed call over the preload's `invoke`. */
import type { Failure } from '../engine/api.ts'
import type { CallAnswer, CallInput, CallName, CallValue } from './window.d.ts'

/** A call that was refused. `message` is a finished sentence; `code` and `details` let a screen say it in another language. */
export class Refused extends Error {
  readonly code: string
  readonly details: Readonly<Record<string, string | number>>
  constructor({ code, message, details }: Failure) {
    super(message)
    this.name = 'Refused'
    this.code = code
    this.details = details ?? {}
  }
}

/** Calls the engine (or the shell, for `shell.*`). Throws `Refused` with a sentence when the answer is no. */
export async function api<N extends CallName>(name: N, input: CallInput<N>): Promise<CallValue<N>> {
  // The bridge is untyped on purpose: it only carries. What comes back was made by the same program as these types.
  const answer = (await window.alcove.invoke(name, input)) as CallAnswer<N>
  if (answer.ok) return answer.value as CallValue<N>
  throw new Refused(answer.error)
}
