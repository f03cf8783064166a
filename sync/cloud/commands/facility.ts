/** `cloud facility …`: making facilities, and everything an operator does to one. */
import { parseArgs } from 'node:util'
import { CloudError } from '../errors.ts'
import { openWhere, type Where } from '../where.ts'
import { keep } from './facility/keep.ts'
import { keys } from './facility/keys.ts'
import { make } from './facility/make.ts'
import { move } from './facility/move.ts'
import { stop } from './facility/stop.ts'
import { WHERE_OPTIONS } from './options.ts'

export const help = `npm run cloud -- facility ACT … (--data DIR | --database-url URL)

create NAME               makes a facility: a schema of its own, a role of its own, and two codes for the clinic's admin,
                          shown once: the enrollment code joins its first workstation, works once, and expires after 14
                          days; the recovery code goes into the clinic's safe, for the day its last workstation is lost
list                      every facility: its state, version, storage and how many workstations it has
devices FACILITY          its workstations, with the ids that \`revoke\` takes
suspend FACILITY          stops all exchange with it; its workstations are told, and go on without. Nothing is lost
resume FACILITY           ends that
rotate FACILITY           gives it another database password; its workstations notice nothing
revoke FACILITY DEVICE    takes a workstation out, and changes the password that it knew
invite FACILITY           another enrollment code for one more workstation; needs the recovery code. Each workstation sends
                          what is recorded on it, and receives nothing of the others
reenroll FACILITY         takes all workstations out and makes a new way in; needs the recovery code, which is then another
export FACILITY --out F   everything it has in one file, which only it can open
restore FACILITY FILE     puts back what it has lost, from an archive of its own; needs the recovery code
repair FACILITY           puts its role, grants and row-level security back to what they must be, and says what was not;
                          with --restored, after a backup of PostgreSQL was restored: its workstations then send what the
                          backup has not
move FACILITY --to ID     takes it to another server (\`server list\`); it takes no writes for some seconds
remove FACILITY --out F   locks it, exports it, drops it and destroys its keys; its name is never given again

  FACILITY             its id (f_…) or its exact name
  --out FILE           where the archive is written; a file that is there is never written over
  --server ID          for \`create\`: on which server, if not the registry's own
  --keep               for \`move\`: leave the old copy where it is, closed; \`move FACILITY --drop\` takes it away
  --yes                do not ask for the name to be typed back
  --data DIR           the folder that was given to \`start\`
  --database-url URL   a PostgreSQL of your own, with an administrator's login (or ALCOVE_DATABASE_URL)
  --state DIR          the gateway's folder, if another one was given to \`start\`
  --json               one JSON object on stdout, and nothing else

The recovery code comes from a prompt or from ALCOVE_RECOVERY_CODE, never from an argument. The gateway need not be running.
If it has never run, start it once before the first facility is made: the enrollment code carries its address.`

export const FACILITY_OPTIONS = {
  ...WHERE_OPTIONS,
  out: { type: 'string' },
  yes: { type: 'boolean' },
  server: { type: 'string' },
  to: { type: 'string' },
  keep: { type: 'boolean' },
  drop: { type: 'boolean' },
  restored: { type: 'boolean' },
} as const
export type Values = ReturnType<typeof parseArgs<{ options: typeof FACILITY_OPTIONS }>>['values']

/** What an act answers: for scripts, and for people. */
export interface Said {
  value: object
  prose: string
}

export interface Act {
  /** What it is given after its name, as the help says it. */
  takes: readonly string[]
  /** What can be told to be wrong before a PostgreSQL is started for nothing. */
  check?: (given: string[], values: Values) => void
  run: (where: Where, given: string[], values: Values) => Promise<Said>
}

const ACTS: Record<string, Act> = { ...make, ...stop, ...keys, ...keep, ...move }

export async function facility(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: FACILITY_OPTIONS })
  const [name = '', ...given] = positionals
  const act = Object.hasOwn(ACTS, name) ? ACTS[name] : undefined
  if (!act)
    throw new CloudError(
      'bad-arguments',
      `Say \`facility\` and one of: ${Object.keys(ACTS).join(', ')}. More with --help.`,
    )
  if (given.length !== act.takes.length)
    throw new CloudError(
      'bad-arguments',
      `It is \`facility ${[name, ...act.takes].join(' ')}\`; a name with spaces in quotes.`,
    )
  act.check?.(given, values)
  const where = await openWhere(values)
  try {
    const { value, prose } = await act.run(where, given, values)
    process.stdout.write(`${values.json ? JSON.stringify(value) : prose}\n`)
  } finally {
    await where.leave()
  }
}
