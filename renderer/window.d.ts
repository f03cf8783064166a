import type { Answer, Api, ApiName, Failure } from '../engine/api.ts'
import type { Events } from '../engine/api-shapes.ts'

/** The machine policy in force. `sources` names the place of each value, or `default`. */
export interface Policy {
  values: Record<string, string | number | boolean | undefined>
  sources: Record<string, string>
  problems: string[]
}

/** What the shell itself does for the page. It goes through the same door as the engine's API. */
export interface ShellApi {
  /** Prints the page as its print style lays it out. */
  'shell.print': { input: Record<string, never>; value: { printed: boolean } }
  /**
   * Lets a person choose a file or, for a backup, a folder. `path` is a token that goes where the engine takes a path; only the shell can turn it
   * into one. Absent when they thought better of it.
   */
  'shell.chooseFile': {
    input: { purpose: 'import' | 'codes' | 'export' | 'access' | 'backup'; name?: string }
    value: { path?: string; name?: string }
  }
  /** What the machine's administrator has set, and where each value comes from. */
  'shell.policy': { input: Record<string, never>; value: Policy }
  /** The sample clinic's sign-in, when this is a sample clinic and only then. */
  'shell.sample': { input: Record<string, never>; value: { sample?: { login: string; password: string } } }
  /** Ends the engine, and with it every key in memory, and loads the page afresh. */
  'shell.lock': { input: Record<string, never>; value: Record<string, never> }
}

export type CallName = ApiName | keyof ShellApi
type Calls = Api & ShellApi
export type CallInput<N extends CallName> = Calls[N]['input']
export type CallValue<N extends CallName> = Calls[N]['value']
export type CallAnswer<N extends CallName> = N extends ApiName
  ? Answer<N>
  : { ok: true; value: CallValue<N> } | { ok: false; error: Failure }

/** The whole of what the preload gives the page. */
export interface Bridge {
  invoke(name: CallName, input: unknown): Promise<unknown>
  on<E extends keyof Events>(event: E, listener: (data: Events[E]) => void): () => void
}

declare global {
  interface Window {
    alcove: Bridge
  }
}
