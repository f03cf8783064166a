/** The engine's API as types only: what the page, the shell and the command line may call, and what they get. */
import type { z } from 'zod'
import type { features } from './features.ts'

/** Every command and query, by name: what the features take and give, inferred. */
export type Api = {
  [N in keyof typeof features]: {
    input: z.input<(typeof features)[N]['input']>
    value: Awaited<ReturnType<(typeof features)[N]['run']>>
  }
}

export type ApiName = keyof Api
export type ApiInput<N extends ApiName> = Api[N]['input']
export type ApiValue<N extends ApiName> = Api[N]['value']

export interface Failure {
  code: string
  message: string
  /** For a screen that says it in another language: `retryAfter` in seconds, `where`, … Never patient data. */
  details?: Record<string, string | number>
}

export type Answer<N extends ApiName> = { ok: true; value: ApiValue<N> } | { ok: false; error: Failure }
