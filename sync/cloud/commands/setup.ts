/** `cloud setup`: prepares a server and a state folder, so that `start` needs no administrator. */
import { parseArgs } from 'node:util'
import { DEFAULT_PORT, noteAddress, urlOf } from '../address.ts'
import { prepare } from '../prepare.ts'
import { openWhere } from '../where.ts'
import { GATEWAY_OPTIONS, portOf, publicUrlOf } from './options.ts'

export const help = `npm run cloud -- setup (--database-url URL | --data DIR) --state DIR [--public-url URL]

Prepares a PostgreSQL and a state folder. From then on \`start --state DIR\` runs the gateway from the folder alone, on a
machine that never sees the administrator's login: nothing in the folder opens a facility.

  --database-url URL   a PostgreSQL (15 or newer) of your own, with an administrator's login (or ALCOVE_DATABASE_URL)
  --data DIR           or the folder of the default PostgreSQL
  --state DIR          the folder to prepare; take it to the gateway's machine
  --take-over          make this state folder the one that counts, and lock out what runs from another
  --public-url URL     the address that enrollment codes name, or --host and --port of \`start\`
  --json               one JSON object on stdout, and nothing else`

export async function setup(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: GATEWAY_OPTIONS })
  const url =
    publicUrlOf(values['public-url']) ??
    urlOf(values.host ?? '127.0.0.1', portOf('--port', values.port) ?? DEFAULT_PORT)
  const where = await openWhere(values)
  try {
    const { tls } = await prepare(where, { takeOver: values['take-over'] ?? false })
    await noteAddress(where, { url, pin: tls.pin })
    const done = { state: where.state, url, pin: tls.pin }
    const prose = `${where.state} is prepared. \`start --state ${where.state}\` runs the gateway from it; codes will name ${url}.`
    process.stdout.write(`${values.json ? JSON.stringify(done) : prose}\n`)
  } finally {
    await where.leave()
  }
}
