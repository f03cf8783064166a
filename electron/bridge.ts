import type { ApiInput, ApiName, Answer as EngineAnswer, Failure } from '../engine/api.ts'
import type { Events } from '../engine/api-shapes.ts'
import type { Effective } from './policy.ts'

/** What the page can ask and hear through `window.alcove`. Types only: preload and broker are held to them. */

type Call<I, V> = { input: I; value: V }
// biome-ignore lint/complexity/noBannedTypes: an empty input is exactly that
type None = {}

/** What the shell answers by itself. Everything else goes to the engine. */
export interface ShellApi {
  /**
   * The system's dialog. `path` is a token that goes where the engine takes a path; the real one stays with main.
   * Both are absent when the person thought better of it.
   */
  'shell.chooseFile': Call<
    { purpose: 'import' | 'codes' | 'export' | 'access' | 'backup'; name?: string | undefined },
    { path?: string; name?: string }
  >
  'shell.print': Call<None, { printed: boolean }>
  'shell.savePdf': Call<{ name: string }, { saved: boolean; name?: string }>
  'shell.copy': Call<{ text: string }, None>
  'shell.openLink': Call<{ url: string }, { opened: boolean }>
  'shell.policy': Call<None, Effective>
  /** Ends the session, the engine's process and this page. */
  'shell.lock': Call<None, None>
  /** The sample clinic's sign-in, when this is a sample clinic and only then. */
  'shell.sample': Call<None, { sample?: { login: string; password: string } }>
}
export type ShellName = keyof ShellApi

export type CallName = ApiName | ShellName
export type CallInput<N extends CallName> = N extends ShellName
  ? ShellApi[N]['input']
  : N extends ApiName
    ? ApiInput<N>
    : never
export type CallAnswer<N extends CallName> = N extends ShellName
  ? { ok: true; value: ShellApi[N]['value'] } | { ok: false; error: Failure }
  : N extends ApiName
    ? EngineAnswer<N>
    : never

export interface Bridge {
  invoke<N extends CallName>(name: N, input: CallInput<N>): Promise<CallAnswer<N>>
  /** Answers a function that ends the listening. */
  on<E extends keyof Events>(event: E, listener: (data: Events[E]) => void): () => void
}
