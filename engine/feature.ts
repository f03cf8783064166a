/**
 * The frame of a feature. It holds only what is particular to a command: its input, what permission it needs, and what
 * it does. Parsing, permission, transaction and audit are `dispatch.ts`'s.
 */
import type { z } from 'zod'
import type { Permission } from '../domain/roles.ts'
import type { Context, Door, State } from './context.ts'

/** `nothing`: anyone who is signed in, about themselves. */
export type Needs = Permission | 'nothing'
/** The patient whose chart an answer shows: looking at it is then on record. */
type Reads<I extends z.ZodType, V> = (input: z.output<I>, value: V) => string | undefined

export interface Command<I extends z.ZodType = z.ZodType, V = unknown> {
  type: 'command'
  input: I
  needs: Needs
  run(context: Context, input: z.output<I>): V
  reads?: Reads<I, V> | undefined
}
export interface Query<I extends z.ZodType = z.ZodType, V = unknown> {
  type: 'query'
  input: I
  needs: Needs
  run(context: Context, input: z.output<I>): V
  reads?: Reads<I, V> | undefined
}
export interface Task<I extends z.ZodType = z.ZodType, V = unknown> {
  type: 'task'
  input: I
  needs: Needs
  run(context: Context, input: z.output<I>): Promise<V>
  reads?: undefined
}
export interface DoorCommand<I extends z.ZodType = z.ZodType, V = unknown> {
  type: 'door'
  input: I
  needs: 'nothing'
  open: readonly State[]
  run(door: Door, input: z.output<I>): Promise<V> | V
}
export type Callable<I extends z.ZodType = z.ZodType, V = unknown> =
  | Command<I, V>
  | Query<I, V>
  | Task<I, V>
  | DoorCommand<I, V>

// Methods rather than function types above, so that a map of commands with different inputs has a type.
// biome-ignore lint/suspicious/noExplicitAny: a command of any input; each is recovered by inference at its use
export type AnyCallable = Callable<any, any>
export type Features = Readonly<Record<string, AnyCallable>>

/** Something that writes: runs in one transaction, all or nothing. It cannot wait for anything. */
export function command<I extends z.ZodType, V>(it: Omit<Command<I, V>, 'type'>): Command<I, V> {
  return { ...it, type: 'command' }
}

/** Something that only reads. With `reads`, the chart it shows is on record as looked at. */
export function query<I extends z.ZodType, V>(it: Omit<Query<I, V>, 'type'>): Query<I, V> {
  return { ...it, type: 'query' }
}

/** Something that takes its time (a key derivation, an import): it makes its own transactions. */
export function task<I extends z.ZodType, V>(it: Omit<Task<I, V>, 'type'>): Task<I, V> {
  return { ...it, type: 'task' }
}

/** Something that can be asked before anyone is signed in, in the states named. */
export function door<I extends z.ZodType, V>(it: Omit<DoorCommand<I, V>, 'type' | 'needs'>): DoorCommand<I, V> {
  return { ...it, type: 'door', needs: 'nothing' }
}

/** Commands under a feature's name: `feature('patient', { get })` is `{ 'patient.get': get }`. */
export function feature<N extends string, const C extends Features>(
  name: N,
  commands: C,
): { [K in keyof C & string as `${N}.${K}`]: C[K] } {
  return Object.fromEntries(
    Object.entries(commands).map(([verb, callable]) => [`${name}.${verb}`, callable]),
  ) as unknown as { [K in keyof C & string as `${N}.${K}`]: C[K] }
}
