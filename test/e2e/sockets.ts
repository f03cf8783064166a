import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** The internet sockets that these processes hold, as Linux tells it: `tcp 127.0.0.1:…` lines of /proc, none if none. */
export function inetSockets(pids: number[]): string[] {
  return pids.flatMap((pid) => {
    const held = socketsOf(pid)
    return ['tcp', 'tcp6', 'udp', 'udp6', 'raw', 'raw6'].flatMap((kind) =>
      readFileSync(`/proc/${pid}/net/${kind}`, 'utf8')
        .split('\n')
        .slice(1)
        .filter((line) => held.has(line.trim().split(/\s+/)[9] ?? ''))
        .map((line) => `${kind} ${line.trim()}`),
    )
  })
}

/** The inodes of the sockets that a process has open, of whatever family. */
function socketsOf(pid: number): Set<string> {
  const dir = `/proc/${pid}/fd`
  const inodes = readdirSync(dir).map((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`${dir}/${fd}`))?.[1]
    } catch {
      // Closed between the listing and the look.
      return undefined
    }
  })
  return new Set(inodes.filter((inode) => inode !== undefined))
}
