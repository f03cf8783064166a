import type { Answer, Api, ApiName, Failure } from '../engine/api.ts'
import type { Events } from '../engine/api-shapes.ts'

/** A file that the person chose: a token for the engine, a name to show. */
export interface ChosenFile {
  token: string
  name: string
}

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
  /** Lets a person choose a file to read. The token goes where the engine takes a `path`; only the shell can turn it into one. */
  'shell.chooseFile': { input: { for: 'records' | 'codes' }; value: { file?: ChosenFile } }
  /** Lets a person choose where to write. `name` is what the file is called unless they say otherwise. */
  'shell.chooseSave': { input: { for: 'export'; name: string }; value: { file?: ChosenFile } }
  /** What the machine's administrator has set, and where each value comes from. */
  'shell.policy': { input: Record<string, never>; value: Policy }
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
