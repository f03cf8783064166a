/** `npm run cloud`: the gateway and its facilities, from the command line. One file a command, in `commands/`. */
import { facility, help as facilityHelp } from './commands/facility.ts'
import { incident, help as incidentHelp } from './commands/incident.ts'
import { isolation, help as isolationHelp } from './commands/isolation.ts'
import { migrate, help as migrateHelp } from './commands/migrate.ts'
import { server, help as serverHelp } from './commands/server.ts'
import { setup, help as setupHelp } from './commands/setup.ts'
import { start, help as startHelp } from './commands/start.ts'
import { CloudError } from './errors.ts'
import { isPassing } from './gateway/refusal.ts'

const COMMANDS: Record<string, { run: (args: string[]) => Promise<void>; help: string }> = {
  start: { run: start, help: startHelp },
  setup: { run: setup, help: setupHelp },
  facility: { run: facility, help: facilityHelp },
  server: { run: server, help: serverHelp },
  incident: { run: incident, help: incidentHelp },
  isolation: { run: isolation, help: isolationHelp },
  migrate: { run: migrate, help: migrateHelp },
}

const HELP = `npm run cloud -- COMMAND

  start       runs the gateway that workstations sync with
  setup       prepares a server and a folder, so that the gateway runs without an administrator's login
  facility    makes facilities, and does what an operator does to one
  server      adds further servers for facilities, and lists them
  migrate     brings every facility to the newest version
  isolation   shows that facilities are kept apart: attacks, a scan for drift, a signed report
  incident    stops a facility, gathers who came, drafts the notices, when something may have gone wrong

npm run cloud -- COMMAND --help says more.`

async function main(args: string[]): Promise<void> {
  // The command is the first word that is not an option, so that `--data DIR` may also come before it.
  const at = args.findIndex((arg, index) => !arg.startsWith('-') && !takesValue(args[index - 1]))
  const name = args[at]
  const wantsHelp = args.includes('--help') || args.includes('-h')
  if (name === undefined || name === 'help') {
    if (name === undefined && !wantsHelp && args.length > 0)
      throw new CloudError('bad-arguments', 'Which command? See --help.')
    process.stdout.write(`${HELP}\n`)
    return
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!command) throw new CloudError('bad-arguments', `There is no command "${name}". See --help.`)
  if (wantsHelp) process.stdout.write(`${command.help}\n`)
  else await command.run([...args.slice(0, at), ...args.slice(at + 1)])
}

function takesValue(option: string | undefined): boolean {
  return (
    option !== undefined &&
    /^--(data|database-url|state|port|host|public-url|metrics-port|server-url|server|ca|out|since|until|discovered|except|to|canaries|canary|runners|key|operator)$/.test(
      option,
    )
  )
}

/** What is said when a command fails: one sentence, or one JSON object. A stack is for us, and only when asked for. */
function fail(error: unknown, json: boolean): void {
  const { code, message } = plain(error)
  if (json) process.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`)
  else process.stderr.write(`${message}\n`)
  if (process.env.ALCOVE_DEBUG) process.stderr.write(`${(error as Error)?.stack}\n`)
  process.exitCode = 1
}

function plain(error: unknown): { code: string; message: string } {
  if (error instanceof CloudError) return error
  const { code } = error as NodeJS.ErrnoException
  if (code?.startsWith('ERR_PARSE_ARGS'))
    return { code: 'bad-arguments', message: `${(error as Error).message.split('.')[0]}. See --help.` }
  if (code === '53100')
    return { code: 'disk-full', message: 'The database server’s disk is full. Nothing was changed.' }
  if (code === 'ENOSPC') return { code: 'disk-full', message: 'The disk is full. Nothing was changed.' }
  if (isPassing(error))
    return {
      code: 'postgres-lost',
      message:
        'PostgreSQL was lost in the middle of it, or had no time for it. What was not finished was undone: see whether it was done, and if not, say the same again.',
    }
  if (code === 'EACCES' || code === 'EPERM')
    return { code: 'no-permission', message: 'A file or folder may not be read or written by this user.' }
  return {
    code: 'internal',
    message: `The command failed (${[(error as Error)?.name, code].filter(Boolean).join(' ')}).`,
  }
}

const args = process.argv.slice(2)
main(args).catch((error: unknown) => fail(error, args.includes('--json')))
