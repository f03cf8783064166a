/** Which inet sockets a process has open, from what the kernel says of it. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

const TABLES = ['tcp', 'tcp6', 'udp', 'udp6', 'raw', 'raw6']

/** A process's inet sockets, `tcp 0100007F:1F90` each; undefined where the kernel does not tell (no /proc, or gone). */
export function inetSockets(pid: number): string[] | undefined {
  const held = socketsOf(pid)
  return (
    held &&
    TABLES.flatMap((table) =>
      linesOf(`/proc/${pid}/net/${table}`)
        .map((line) => line.trim().split(/\s+/))
        .filter((fields) => held.has(fields[9] ?? ''))
        .map((fields) => `${table} ${fields[1]}`),
    )
  )
}

/** The inodes of all sockets that a process has open, of whatever family. */
function socketsOf(pid: number): Set<string> | undefined {
  let descriptors: string[]
  try {
    descriptors = readdirSync(`/proc/${pid}/fd`)
  } catch {
    return undefined
  }
  const inodes = descriptors.map((descriptor) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`))?.[1]
    } catch {
      // Closed between the listing and the look.
      return undefined
    }
  })
  return new Set(inodes.filter((inode) => inode !== undefined))
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(1)
  } catch {
    // No such table: a machine without IPv6.
    return []
  }
}
