import type { Command } from './command.ts'

const EVERYWHERE = `  --data DIR     the folder of the clinic’s records
  --user NAME    who signs in (or ALCOVE_USER); the password comes from a prompt or ALCOVE_PASSWORD
  --json         one JSON object on stdout, and nothing else
  --help         this`

/** The list of commands, or of those that begin with the words given. */
export function listHelp(commands: readonly Command[], words: string[]): string {
  const start = words.length > 0 ? `${words.join(' ')} ` : ''
  const some = commands.filter(({ name }) => name.startsWith(start))
  const listed = some.length > 0 ? some : commands
  const width = Math.max(...listed.map(({ name }) => name.length))
  return [
    'alcove COMMAND --data DIR …: a clinic’s records from the command line.',
    '',
    ...listed.map(({ name, says }) => `  ${name.padEnd(width)}  ${says}`),
    '',
    EVERYWHERE,
  ].join('\n')
}

export function commandHelp({ name, says, takes, more }: Command): string {
  return [`alcove ${name} --data DIR ${takes}`.trimEnd(), '', says, ...(more ? ['', more] : []), '', EVERYWHERE].join(
    '\n',
  )
}
