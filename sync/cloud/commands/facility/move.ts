/** `facility move`. */
import { CloudError } from '../../errors.ts'
import { dropKept, moveFacility } from '../../servers/move.ts'
import { serverId } from '../../servers/server.ts'
import type { Act } from '../facility.ts'

export const move: Record<string, Act> = {
  move: {
    takes: ['FACILITY'],
    check: (_, { to, drop, keep }) => {
      if ((to === undefined) === !drop || (drop && keep))
        throw new CloudError('bad-arguments', 'Say with --to which server it is to go to; or --drop, for an old copy.')
      if (to !== undefined) serverId(to)
    },
    run: async (where, [typed = ''], { to = '', keep = false, drop }) => {
      if (drop) {
        const dropped = await dropKept(where, typed)
        const on = dropped.dropped.join(', ')
        return { value: dropped, prose: on ? `The old copy on ${on} is gone.` : 'There is no old copy.' }
      }
      const stopped = new AbortController()
      const stop = () => stopped.abort()
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
      try {
        const moved = await moveFacility(where, typed, to, { keep, signal: stopped.signal })
        const { pausedMs, rows, kept } = moved
        const old = kept ? ` The old copy is closed; \`facility move ${moved.facility} --drop\` takes it away.` : ''
        const seconds = (pausedMs / 1000).toFixed(1)
        return {
          value: moved,
          prose: `It is on ${to}: ${rows} rows, every one compared; ${seconds} s without writes.${old}`,
        }
      } finally {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop)
      }
    },
  },
}
