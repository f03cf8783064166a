/**
 * Cloud sync as people see it. The engine opens no connection: it keeps the switch and the credentials, says what waits,
 * and decides who may. The host asks here first, and only then drives the worker (sync/worker/process.ts).
 */
import { z } from 'zod'
import { decodeEntry } from '../../domain/entry.ts'
import { timeOf } from '../../domain/hlc.ts'
import type { SyncStatus, WaitingEntry } from '../api-shapes.ts'
import type { Context } from '../context.ts'
import { AlcoveError } from '../errors.ts'
import { command, feature, query } from '../feature.ts'
import { CHAIN_START } from '../journal.ts'
import { admitEnrollment, switchSync, syncStatus } from '../outbox.ts'

const nothing = z.strictObject({})

export const sync = feature('sync', {
  status: query({ input: nothing, needs: 'sync:read', run: (context) => status(context) }),

  /** What the gateway refused, then what it does not have yet; the oldest first. */
  waiting: query({
    input: z.strictObject({ limit: z.int().min(1).max(500).default(100) }),
    needs: 'sync:read',
    run: ({ db, journal }, { limit }) => {
      const asked = { device: journal.device, limit }
      const rows = [...db.all<Row>(PARKED, asked), ...db.all<Row>(WAITING, asked)]
      return { entries: rows.slice(0, limit).map(shown) }
    },
  }),

  /** Lets the worker, which the host starts next, bring credentials home. The code itself is the worker's to read. */
  enroll: command({
    input: z.strictObject({ code: z.string().min(1).max(1000) }),
    needs: 'sync:write',
    run: (context) => {
      admitEnrollment(context.db, context.user.id, context.now().getTime())
      return status(context)
    },
  }),

  on: command({ input: nothing, needs: 'sync:write', run: (context) => turn(context, true) }),
  off: command({ input: nothing, needs: 'sync:write', run: (context) => turn(context, false) }),

  /** The host lets the worker make a pass once this has been answered. */
  now: command({
    input: nothing,
    needs: 'sync:write',
    run: (context) => {
      const now = status(context)
      if (!now.enabled) throw new AlcoveError('sync-off', 'Cloud sync is off. An admin can turn it on.')
      return now
    },
  }),
})

function status({ db, journal }: Context): SyncStatus {
  return syncStatus(db, journal.device)
}

function turn(context: Context, on: boolean): SyncStatus {
  if (!switchSync(context.db, context.journal, context.user.id, on) && on) {
    throw new AlcoveError(
      'sync-off',
      'This workstation is not enrolled with a gateway yet. Enroll it with a code first.',
    )
  }
  const now = status(context)
  context.emit('sync.status', now)
  return now
}

interface Row {
  dseq: number
  body: string
  code: string | null
}

/** Says what kind of thing waits, and nothing of what is in it. */
function shown({ dseq, body, code }: Row): WaitingEntry {
  const { kind, record, hlc } = decodeEntry(body)
  const said = { change: `${record} changed`, access: `${record} looked at`, session: record, admin: record }[kind]
  return {
    dseq,
    at: new Date(timeOf(hlc)).toISOString(),
    record,
    summary: said.replaceAll(/[._]/g, ' '),
    ...(code !== null && { parked: { code } }),
  }
}

const REMOTE = '(select id, cursor from remote order by enabled desc, id desc limit 1)'
const PARKED = `
  select journal.dseq, journal.body, parked.code
  from ${REMOTE} as remote join parked on parked.remote = remote.id
    join journal on journal.seq = ${CHAIN_START} + parked.dseq
  order by parked.dseq limit :limit`
const WAITING = `
  select dseq, body, null as code from journal
  where seq > ${CHAIN_START} + coalesce((select cursor from ${REMOTE}), 0) and seq <= ${CHAIN_START} + 0xffffffff
  order by seq limit :limit`
