import { parseArgs } from 'node:util'
import { COMMON, type Command, type Values } from './command.ts'
import { commandHelp, listHelp } from './help.ts'
import { Incomplete, misuse, refusalOf } from './refusal.ts'
import type { Terminal } from './terminal.ts'

export interface Line {
  commands: readonly Command[]
  env: NodeJS.ProcessEnv
  terminal: Terminal
  print: (text: string) => void
}

/** Does what a command line says and answers the exit code. With `--json`, exactly one JSON object is printed. */
export async function run(args: string[], line: Line): Promise<number> {
  const json = args.includes('--json')
  try {
    const command = find(args, line.commands)
    if (!command) {
      if (args.length > 0 && !wantsHelp(args)) throw misuse(unknown(args, line.commands))
      line.print(listHelp(line.commands, wordsOf(args)))
      // Help that nobody asked for is the answer to a call that cannot be followed.
      return wantsHelp(args) ? 0 : 1
    }
    const parsed = parse(args, command)
    if (parsed.values.help) {
      line.print(commandHelp(command))
      return 0
    }
    const value = await command.run({ ...parsed, env: line.env, terminal: line.terminal })
    line.print(json ? JSON.stringify(value) : command.show(value))
    return command.fails?.(value) ? 1 : 0
  } catch (thrown) {
    const error = refusalOf(thrown)
    if (json) line.print(JSON.stringify({ error, ...(thrown instanceof Incomplete && thrown.report) }))
    else line.terminal.say(error.message)
    return 1
  }
}

/** The command that the first words name. Longer names first: `sync enroll` is not `sync` with an argument. */
function find(args: string[], commands: readonly Command[]): Command | undefined {
  const words = wordsOf(args)
  return commands.find(({ name }) => name.split(' ').every((word, index) => words[index] === word))
}

function wordsOf(args: string[]): string[] {
  const end = args.findIndex((arg) => arg.startsWith('-'))
  return end === -1 ? args : args.slice(0, end)
}

function wantsHelp(args: string[]): boolean {
  return args.some((arg) => arg === '--help' || arg === '-h')
}

function parse(args: string[], command: Command): { values: Values; positionals: string[] } {
  const rest = args.slice(command.name.split(' ').length)
  try {
    const { values, positionals } = parseArgs({
      args: rest,
      options: { ...COMMON, ...command.options },
      allowPositionals: true,
    })
    return { values: values as Values, positionals }
  } catch (error) {
    throw misuse(`${plain(error)} More with: alcove ${command.name} --help`)
  }
}

/** What `parseArgs` found, in the words of this program. */
function plain(error: unknown): string {
  const text = error instanceof Error ? error.message : ''
  const option = /'(-[^\s'<]*)/.exec(text)?.[1] ?? 'An option'
  if (/Unknown option/.test(text)) return `There is no option ${option} here.`
  if (/argument missing|is ambiguous/.test(text)) return `${option} needs a value after it.`
  if (/does not take/.test(text)) return `${option} takes no value.`
  return 'That could not be understood.'
}

function unknown(args: string[], commands: readonly Command[]): string {
  const [first = ''] = wordsOf(args)
  const below = commands.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name)
  if (below.length > 0) return `Say which: ${below.join(', ')}.`
  return first
    ? `There is no command “${first}”. The commands are listed by: alcove --help`
    : 'Say what to do first, then its options. More with: alcove --help'
}
