/** Who may have a connection at all: before TLS, which is the dearest thing that a stranger can make us do. */
import type { Server } from 'node:https'
import type { Socket } from 'node:net'
import type { GatewayBounds } from './bounds.ts'
import { Throttle } from './limits.ts'
import { Refused } from './refusal.ts'

/** Bounds the connections of a server, altogether and of each address. `turnedAway` is told why. */
export function guardDoor(
  server: Server,
  { all, each, burst, perSecond }: GatewayBounds['connections'],
  turnedAway: (why: 'connections' | 'connection-rate') => void,
): void {
  const open = new Map<string, number>()
  const coming = new Throttle({ burst, perSecond })
  let total = 0
  server.maxConnections = all
  server.on('drop', () => turnedAway('connections'))
  server.on('connection', (socket: Socket) => {
    const from = socket.remoteAddress ?? ''
    const theirs = open.get(from) ?? 0
    const why = theirs >= each ? 'connections' : isTooFast(coming, from) ? 'connection-rate' : undefined
    if (why) {
      turnedAway(why)
      socket.destroy()
      return
    }
    open.set(from, theirs + 1)
    total++
    // Connections that wait for their next request are the first to go when there is no room.
    if (total > all * 0.9) server.closeIdleConnections()
    socket.once('close', () => {
      total--
      const left = (open.get(from) ?? 1) - 1
      if (left > 0) open.set(from, left)
      else open.delete(from)
    })
  })
}

function isTooFast(coming: Throttle, from: string): boolean {
  try {
    coming.take(from)
    return false
  } catch (error) {
    if (error instanceof Refused) return true
    throw error
  }
}
