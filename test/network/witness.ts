/**
 * Loaded before a program (`node --import`): watches which of Node's own modules it loads and which inet sockets it
 * holds, and leaves a report in the file that `ALCOVE_WITNESS` names. Needs no tracer, so it works on any machine.
 */
import { appendFileSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'

export interface Testimony {
  pid: number
  modules: string[]
  sockets: number
}

/** What talks to a network, by Node's own names for it. Not `internal/net`, which only
parses addresses: Node loads that for every program. */
const NETWORK =
  /^(NativeModule (net|tls|_tls_\w+|https?|http2|_http_\w+|dgram|dns|dns\/promises|inspector|internal\/(dgram|tls\/.*|http2\/.*|deps\/undici\/.*))|Internal Binding (tcp_wrap|udp_wrap|tls_wrap|cares_wrap|http_parser|http2))$/

let sockets = 0

/** Open descriptors that are inet sockets: the kernel lists those by inode. */
function inetSockets(): number {
  const inodes = new Set<string>()
  for (const table of ['tcp', 'tcp6', 'udp', 'udp6', 'raw', 'raw6']) {
    try {
      for (const line of readFileSync(`/proc/self/net/${table}`, 'utf8').split('\n').slice(1))
        inodes.add(line.trim().split(/\s+/)[9] ?? '')
    } catch {
      // No such table: no IPv6, or no /proc at all.
    }
  }
  let found = 0
  try {
    for (const fd of readdirSync('/proc/self/fd')) {
      try {
        const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1]
        if (inode && inodes.has(inode)) found += 1
      } catch {
        // Closed meanwhile.
      }
    }
  } catch {
    // No /proc.
  }
  return found
}

const look = setInterval(() => {
  sockets = Math.max(sockets, inetSockets())
}, 10)
look.unref()

process.on('exit', () => {
  sockets = Math.max(sockets, inetSockets())
  const loaded = (process as NodeJS.Process & { moduleLoadList: string[] }).moduleLoadList
  const testimony: Testimony = { pid: process.pid, modules: loaded.filter((name) => NETWORK.test(name)), sockets }
  const file = process.env.ALCOVE_WITNESS
  if (file) appendFileSync(file, `${JSON.stringify(testimony)}\n`)
})
