import type { ParseArgsConfig } from 'node:util'
import type { Terminal } from './terminal.ts'

export type Options = NonNullable<ParseArgsConfig['options']>
export type Values = Record<string, string | boolean | undefined>

/** One command of the line: what it takes, what it does, and how its answer reads for a person. */
export interface Command<V extends object = object> {
  /** As typed after `alcove`: `search`, `sync enroll`. */
  name: string
  /** One line for the list of commands. */
  says: string
  /** What follows the name, for the usage line. */
  takes: string
  /** Anything more that its help should say. */
  more?: string
  options?: Options
  run(call: Call): Promise<V>
  /** The answer in plain lines. With `--json` it is printed as it is instead. */
  show(value: V): string
  /** Whether that answer is bad news: a script that looks at the exit code alone has to hear it. */
  fails?(value: V): boolean
}

export interface Call {
  values: Values
  positionals: string[]
  env: NodeJS.ProcessEnv
  terminal: Terminal
}

/** Holds a command to the type of its own answer, which the list of them all need not know. */
export function command<V extends object>(of: Command<V>): Command {
  return of as Command
}

/** Options that every command understands. */
export const COMMON: Options = {
  data: { type: 'string' },
  user: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
}
