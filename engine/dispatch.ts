/**
 * The one way in. Whoever calls (the page, the command line, a test) comes through here: parse, permission, run, audit,
 * and an answer that is either a value or a plain error.
 */
import type { ZodError, z } from 'zod'
import { may } from '../domain/roles.ts'
import type { Context, Door, State } from './context.ts'
import type { ErrorDetails } from './errors.ts'
import { AlcoveError, asAlcoveError } from './errors.ts'
import type { AnyCallable, Features } from './feature.ts'

export type Outcome<V = unknown> =
  | { ok: true; value: V }
  | { ok: false; error: { code: string; message: string; details?: ErrorDetails } }

/** Where a call arrives: the door, and behind it the clinic if somebody is signed in. */
export interface Desk {
  readonly state: State
  readonly door: Door
  /** Undefined until somebody has signed in. */
  readonly context: Context | undefined
}

export async function dispatch(features: Features, desk: Desk, name: string, input: unknown): Promise<Outcome> {
  try {
    const callable = Object.hasOwn(features, name) ? features[name] : undefined
    if (!callable) throw new AlcoveError('bad-input', 'There is no such command.')
    return { ok: true, value: await call(callable, desk, input) }
  } catch (error) {
    return { ok: false, error: failure(error) }
  }
}

/** An error as an answer carries it. */
export function failure(thrown: unknown): { code: string; message: string; details?: ErrorDetails } {
  const { code, message, details } = asAlcoveError(thrown)
  return { code, message, ...(details && { details }) }
}

async function call(callable: AnyCallable, desk: Desk, input: unknown): Promise<unknown> {
  if (callable.type === 'door') {
    if (!callable.open.includes(desk.state)) throw wrongState(desk.state, callable.open)
    return await callable.run(desk.door, parse(callable.input, input))
  }
  const context = desk.context
  if (!context) throw wrongState(desk.state)
  // Permission before parsing: what a command takes is not told to those who may not use it.
  if (callable.needs !== 'nothing' && !may(context.user.roles, callable.needs)) throw new NotPermitted()
  const parsed = parse(callable.input, input)
  try {
    switch (callable.type) {
      case 'task':
        return await callable.run(context, parsed)
      case 'command':
        return context.db.immediate(() => {
          const value = callable.run(context, parsed)
          noteReading(callable.reads?.(parsed, value), context)
          return value
        })
      case 'query': {
        const value = callable.run(context, parsed)
        // Before the answer leaves: a look that cannot be put on record is not given.
        noteReading(callable.reads?.(parsed, value), context)
        return value
      }
    }
  } finally {
    tellTouched(context)
  }
}

function noteReading(patient: string | undefined, context: Context): void {
  if (patient !== undefined) context.access.note(patient)
}

function tellTouched({ store, emit }: Context): void {
  const { kinds, patients } = store.takeTouched()
  if (kinds.length === 0) return
  const [patient] = patients
  emit('records.changed', { kinds, ...(patient !== undefined && patients.length === 1 && { patient }) })
}

class NotPermitted extends AlcoveError<'not-permitted'> {
  constructor() {
    super('not-permitted', 'Your role does not allow this. Ask an admin of the clinic.')
  }
}

function wrongState(state: State, open: readonly State[] = ['open']): AlcoveError {
  if (state === 'empty') return new AlcoveError('no-clinic', 'There is no clinic in this folder yet.')
  if (state === 'setup') return new AlcoveError('no-clinic', 'Finish setting the clinic up first.')
  if (open.includes('empty')) return new AlcoveError('clinic-exists', 'There is a clinic in this folder already.')
  if (open.includes('setup')) return new AlcoveError('clinic-exists', 'The clinic has been set up already.')
  if (state === 'locked') return new AlcoveError('not-permitted', 'Sign in first.')
  return new AlcoveError('not-permitted', 'Sign out first.')
}

function parse(schema: z.ZodType, input: unknown): unknown {
  const parsed = schema.safeParse(input ?? {})
  if (parsed.success) return parsed.data
  throw badInput(parsed.error)
}

/** Says where and what was expected; never what was given, which may be about a patient. */
export function badInput(error: ZodError): AlcoveError<'bad-input'> {
  const issue = error.issues[0]
  const field = issue?.path.filter((part) => typeof part !== 'symbol').join('.') ?? ''
  const expected = issue?.code === 'unrecognized_keys' ? 'there is a field here that is not known' : issue?.message
  return new AlcoveError('bad-input', `${field || 'Input'}: ${expected ?? 'not understood'}.`, field ? { field } : {})
}
