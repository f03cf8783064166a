import type { Answer, Api, ApiName, Failure } from '../engine/api.ts'
import type { Events } from '../engine/api-shapes.ts'

/** What the shell itself does for the page. It goes through the same door as the engine's API. */
export interface ShellApi {
  /** Prints the page as its print style lays it out. */
  'shell.print': { input: Record<string, never>; value: Record<string, never> }
  /** Lets a person choose a file. The answer is a token that only the shell can turn into a path. */
  'shell.chooseFile': { input: { purpose: 'import' | 'export' }; value: { path?: string } }
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
