import type { Context } from '../context.ts'

/** What an import needs of the open clinic. */
export type Into = Pick<Context, 'db' | 'store'>
