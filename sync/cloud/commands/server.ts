/** `cloud server add` and `cloud server list`. */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type pg from 'pg'
import { CloudError } from '../errors.ts'
import { loginFrom } from '../login-url.ts'
import { addServer, type ListedServer, listServers } from '../servers/add.ts'
import { loginVariable, serverId, withAuthority } from '../servers/server.ts'
import { openWhere } from '../where.ts'
import { WHERE_OPTIONS } from './options.ts'

export const help = `npm run cloud -- server add ID (--data DIR | --database-url URL)
npm run cloud -- server list (--data DIR | --database-url URL)

add    makes another PostgreSQL, or another database, a place for facilities: its roles and its lock-down are those of the
       first one; the registry stays where it is. Said again, it notes another address for the same server.
list   the servers, their addresses, and how many facilities each has

  ID                   small letters, digits and dashes; \`home\` is the one with the registry

An administrator's URL of the server is needed by every command that does something there: in ALCOVE_SERVER_URL_ID (the id in
capitals, dashes as underscores). It is not kept; the registry has its address only.

  --server-url URL     for \`add\`: the same; other users of this machine can see it
  --ca FILE            for \`add\`: the authority of the server's certificate (PEM). Needed unless it is on this machine
  --data DIR           the folder that was given to \`start\`
  --database-url URL   the PostgreSQL with the registry, with an administrator's login (or ALCOVE_DATABASE_URL)
  --state DIR          the gateway's folder, if another one was given to \`start\`
  --json               one JSON object on stdout, and nothing else`

const OPTIONS = { ...WHERE_OPTIONS, 'server-url': { type: 'string' }, ca: { type: 'string' } } as const
type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values']

export async function server(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS })
  const [act, ...given] = positionals
  if (act === 'add' && given.length === 1) return add(given[0] as string, values)
  if (act === 'list' && given.length === 0) return list(values)
  throw new CloudError('bad-arguments', 'Say `server add ID` or `server list`. More with --help.')
}

async function add(id: string, values: Values): Promise<void> {
  const admin = adminOf(serverId(id), values)
  await inside(values, async (where) => {
    const { host, port, database, ca } = await addServer(where, id, admin)
    const value = { server: id, host, port, database, tls: ca !== null }
    return {
      value,
      prose: `"${id}" takes facilities now: ${host}:${port}/${database}, ${ca === null ? 'without TLS' : 'over TLS'}.`,
    }
  })
}

async function list(values: Values): Promise<void> {
  await inside(values, async (where) => {
    const servers = await listServers(where)
    return { value: { servers }, prose: servers.map(lineOf).join('\n') }
  })
}

function lineOf({ server: id, host, port, database, tls, facilities, spares }: ListedServer): string {
  const address = host === null ? 'with the registry' : `${host}:${port}/${database}${tls ? ', TLS' : ''}`
  const left = spares > 0 ? `  ${spares} not in use` : ''
  return `${id}  ${facilities} ${facilities === 1 ? 'facility' : 'facilities'}${left}  ${address}`
}

function adminOf(id: string, values: Values): pg.ClientConfig {
  const variable = loginVariable(id)
  const url = values['server-url'] ?? process.env[variable] ?? process.env.ALCOVE_SERVER_URL
  if (!url) throw new CloudError('server-login', `Give an administrator’s URL of the new server in ${variable}.`)
  const login = loginFrom(url)
  return values.ca === undefined ? login : withAuthority(login, pemOf(values.ca))
}

function pemOf(file: string): string {
  try {
    const text = readFileSync(file, 'utf8')
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text
  } catch {
    throw new CloudError('bad-arguments', `${file} could not be read.`)
  }
  throw new CloudError('bad-arguments', `${file} is not a certificate in PEM.`)
}

async function inside(
  values: Values,
  work: (where: Awaited<ReturnType<typeof openWhere>>) => Promise<{ value: object; prose: string }>,
): Promise<void> {
  const where = await openWhere(values)
  try {
    const { value, prose } = await work(where)
    process.stdout.write(`${values.json ? JSON.stringify(value) : prose}\n`)
  } finally {
    await where.leave()
  }
}
