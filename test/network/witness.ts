/**
 * Loaded before a program (`node --import`): watches which of Node's own modules it loads and which inet sockets it
 * holds, and leaves a report in the file that `ALCOVE_WITNESS` names. Needs no tracer, so it works on any machine.
 */
import { appendFileSync } from 'node:fs'
import { inetSockets } from '../inet-sockets.ts'

export interface Testimony {
  pid: number
  modules: string[]
  sockets: number
}

/**
 * What talks to a network, by Node's own names for it. Not `internal/net`, which only parses addresses: Node loads that
 * for every program.
 */
const NETWORK =
  /^(NativeModule (net|tls|_tls_\w+|https?|http2|_http_\w+|dgram|dns|dns\/promises|inspector|internal\/(dgram|tls\/.*|http2\/.*|deps\/undici\/.*))|Internal Binding (tcp_wrap|udp_wrap|tls_wrap|cares_wrap|http_parser|http2))$/

let sockets = 0

const count = () => inetSockets(process.pid)?.length ?? 0

const look = setInterval(() => {
  sockets = Math.max(sockets, count())
}, 10)
look.unref()

process.on('exit', () => {
  sockets = Math.max(sockets, count())
  const loaded = (process as NodeJS.Process & { moduleLoadList: string[] }).moduleLoadList
  const testimony: Testimony = { pid: process.pid, modules: loaded.filter((name) => NETWORK.test(name)), sockets }
  const file = process.env.ALCOVE_WITNESS
  if (file) appendFileSync(file, `${JSON.stringify(testimony)}\n`)
})
