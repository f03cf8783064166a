/** `cloud facility create` and `cloud facility list`. */
import { parseArgs } from 'node:util'
import { knownAddress } from '../address.ts'
import { CloudError } from '../errors.ts'
import { createFacility } from '../provision/create.ts'
import { listFacilities } from '../provision/list.ts'
import { facilityName } from '../provision/name.ts'
import { openWhere } from '../where.ts'
import { WHERE_OPTIONS } from './options.ts'

export const help = `npm run cloud -- facility create NAME (--data DIR | --database-url URL)
npm run cloud -- facility list (--data DIR | --database-url URL)

create   makes a facility: a schema of its own, a role of its own, and two codes for the clinic's admin, shown once:
         the enrollment code joins its first workstation, works once, and expires after 14 days; the recovery code
         goes into the clinic's safe, for the day its last workstation is lost.
list     every facility, with its schema and how many workstations it has.

The gateway need not be running. If it has never run, start it once first: the code carries its address.

  --data DIR           the folder that was given to \`start\`
  --database-url URL   a PostgreSQL of your own, with an administrator's login (or ALCOVE_DATABASE_URL)
  --state DIR          the gateway's folder, if another one was given to \`start\`
  --json               one JSON object on stdout, and nothing else`

export async function facility(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: WHERE_OPTIONS })
  const [act, ...names] = positionals
  if (act === 'create' && names.length === 1) return create(names[0] as string, values)
  if (act === 'list' && names.length === 0) return list(values)
  throw new CloudError(
    'bad-arguments',
    act === 'create'
      ? 'Give the facility one name; in quotes if it has spaces.'
      : 'Say `facility create NAME` or `facility list`. More with --help.',
  )
}

type Values = ReturnType<typeof parseArgs<{ options: typeof WHERE_OPTIONS }>>['values']

async function create(name: string, values: Values): Promise<void> {
  facilityName(name) // before a PostgreSQL is started for nothing
  const where = await openWhere(values)
  try {
    const address = await knownAddress(where)
    const made = await createFacility(where, name, address)
    print(
      values.json,
      made,
      `${name} is made: ${made.facility}, schema ${made.schema}.
Enrollment code, for its admin, once: ${made.enrollmentCode}
Recovery code, for its safe, once: ${made.recoveryCode}
It leads to ${address.url}.`,
    )
  } finally {
    await where.leave()
  }
}

async function list(values: Values): Promise<void> {
  const where = await openWhere(values)
  try {
    const facilities = await listFacilities(where)
    const lines = facilities.map(
      (one) =>
        `${one.facility}  ${one.schema}  ${one.devices} ${one.devices === 1 ? 'workstation' : 'workstations'}  ${one.name}`,
    )
    print(values.json, { facilities }, lines.join('\n') || 'There is no facility yet.')
  } finally {
    await where.leave()
  }
}

function print(json: boolean | undefined, value: object, prose: string): void {
  process.stdout.write(`${json ? JSON.stringify(value) : prose}\n`)
}
