/** Which inet sockets a process has open, from what the kernel says of it. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Local addresses of a process's inet sockets; undefined where the kernel does not tell (no /proc). */
export function inetSockets(pid: number): string[] | undefined {
  let descriptors: string[]
  try {
    descriptors = readdirSync(`/proc/${pid}/fd`)
  } catch {
    return undefined
  }
  const own = new Set<string>()
  for (const descriptor of descriptors) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`))?.[1]
      if (inode) own.add(inode)
    } catch {
      // Closed since it was listed.
    }
  }
  return ['tcp', 'tcp6', 'udp', 'udp6', 'raw', 'raw6'].flatMap((protocol) =>
    lines(`/proc/${pid}/net/${protocol}`)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => own.has(fields[9] ?? ''))
      .map((fields) => `${protocol} ${fields[1]}`),
  )
}

function lines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(1)
  } catch {
    return []
  }
}
