/** `cloud start`: the gateway and the watchdog, each in a process of its own, until they are stopped. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { DEFAULT_PORT, noteAddress, urlOf } from '../address.ts'
import { CloudError } from '../errors.ts'
import { keepLooking, refuseIfOpen } from '../look-first.ts'
import { prepare, prepared } from '../prepare.ts'
import { runServices } from '../services.ts'
import { openWhere } from '../where.ts'
import { GATEWAY_OPTIONS, portOf, publicUrlOf } from './options.ts'

export const help = `npm run cloud -- start (--data DIR | --database-url URL | --state DIR) [--port P] [--host H] [--public-url URL]

Starts the gateway that workstations sync with, and runs until it is stopped (Ctrl-C, SIGTERM). When it is ready it
prints one line of JSON: {"url", "pin"}. With it runs the watchdog, which keeps one facility from slowing the others.

  --data DIR           where the default PostgreSQL keeps its files; it is made at the first start
  --database-url URL   a PostgreSQL (15 or newer) of your own, used by Alcove alone, with an administrator's login;
                       better given as ALCOVE_DATABASE_URL, which other users of this machine cannot see
  --state DIR          where the gateway's TLS key and login are kept (DIR/gateway; with --database-url
                       ~/.local/state/alcove-cloud). Alone: a folder that \`setup\` prepared, and no administrator's
                       login at all. That is how a gateway is best run
  --take-over          make this state folder the one that counts, and lock out what runs from another
  --port P             where to listen (${DEFAULT_PORT}; 0 for any free port)
  --host H             on which address (127.0.0.1: this machine only)
  --public-url URL     what enrollment codes say, when workstations reach the gateway under another address
  --metrics-port P     shows metrics for Prometheus on http://127.0.0.1:P/metrics, to this machine only
  --json               nothing on stdout but the line of JSON, and errors as JSON

With an administrator's login it first looks whether facilities are apart, as \`isolation scan\` does, on every server
(ALCOVE_SERVER_URL_ID, see \`server --help\`), and serves nothing if one is open. Facilities of a server that does not
answer wait until it has been looked at.`

const OTHER_KEY =
  'This gateway has another TLS key than the one that enrollment codes have named so far. Workstations and codes from ' +
  'before will not trust it: give the --state folder that has their key, or enroll them anew.\n'

export async function start(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { ...GATEWAY_OPTIONS, 'metrics-port': { type: 'string' } },
  })
  const port = portOf('--port', values.port) ?? DEFAULT_PORT
  const metricsPort = portOf('--metrics-port', values['metrics-port'])
  const host = values.host ?? '127.0.0.1'
  const publicUrl = publicUrlOf(values['public-url'])
  const stopped = stopSignal()

  const asAdministrator =
    values.data !== undefined || values['database-url'] !== undefined || process.env.ALCOVE_DATABASE_URL !== undefined
  if (!asAdministrator && values.state === undefined)
    throw new CloudError(
      'bad-arguments',
      'Give --data DIR, --database-url URL for a PostgreSQL of your own, or --state DIR that `setup` has prepared.',
    )
  const where = asAdministrator ? await openWhere(values) : undefined
  // A start that comes to nothing does not take the PostgreSQL away from whoever has the port.
  let end = async () => where?.leave()
  try {
    const { tls, ...logins } = where
      ? await prepare(where, { takeOver: values['take-over'] ?? false })
      : await prepared(resolve(values.state ?? ''))
    const closed = where ? await refuseIfOpen(where) : []
    const onFault = (what: string) => process.stderr.write(`${new Date().toISOString()} ${what}\n`)
    const services = await listening(port, () =>
      runServices(
        { tls, ...logins, host, port, closed, ...(metricsPort === undefined ? {} : { metricsPort }) },
        onFault,
      ),
    )
    end = async () => where?.stop()
    const stopLooking = where && keepLooking(where, closed, { onSeen: (id) => services.open(id), onFault })
    try {
      const url = publicUrl ?? urlOf(host, services.port)
      const before = where && (await noteAddress(where, { url, pin: tls.pin }))
      if (before && before.pin !== tls.pin) process.stderr.write(OTHER_KEY)
      const metrics =
        services.metricsPort === undefined ? {} : { metrics: `http://127.0.0.1:${services.metricsPort}/metrics` }
      process.stdout.write(`${JSON.stringify({ url, pin: tls.pin, ...metrics })}\n`)
      await stopped
    } finally {
      await stopLooking?.()
      await services.stop()
    }
  } finally {
    await end()
  }
}

/**
 * Resolves at the first signal to stop. A second one ends the process at once. `npm run` hands a signal to the shell
 * between it and us, which does not hand it on: there, the shell being gone is the signal.
 */
function stopSignal(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done())
    if (!process.env.npm_lifecycle_event) return
    const shell = process.ppid
    const watch = setInterval(() => {
      if (process.ppid === shell) return
      clearInterval(watch)
      done()
    }, 500)
    watch.unref()
  })
}

async function listening<T>(port: number, open: () => Promise<T>): Promise<T> {
  try {
    return await open()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE')
      throw new CloudError('port-in-use', `Something listens on port ${port} already. Stop it, or give another --port.`)
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new CloudError('bad-address', 'The gateway may not listen on that address and port.')
    throw error
  }
}
