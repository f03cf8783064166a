/**
 * What isolation costs: the gateway's own push into a facility's schema (own role, checked tags, forced row-level
 * security), beside the same push into a shared table with a tenant column and nothing else: the same tables under
 * one common role, without tag checks, row-level security or guards. The shared side has it better than a real one would: its
 * keys are not longer for the tenant, and its statements do not ask for it.
 *
 * Both sides take the same batches in turn, on one connection each.
 */
import { performance } from 'node:perf_hooks'
import pg from 'pg'
import type { Workstation } from '../../sync/cloud/client/workstation.ts'
import { push } from '../../sync/cloud/gateway/push.ts'
import type { Caller } from '../../sync/cloud/gateway/registry.ts'
import type { NewFacility } from '../../sync/cloud/provision/create.ts'
import { TABLES } from '../../sync/cloud/schema/steps.ts'
import { clinicIn } from '../../sync/cloud/testing/clinic.ts'
import { connected, loginOf, type TestCloud, testCloud } from '../../sync/cloud/testing/postgres.ts'
import { readBatch } from '../../sync/protocol/batch.ts'
import { batchesOf } from '../batches.ts'
import { type Bench, type Figure, median } from '../figure.ts'

const ROUNDS = 40
const AT_MOST = 1.15

export const isolationPrice: Bench = {
  name: 'isolation-price',
  async run() {
    const cloud = await testCloud()
    try {
      const apart = await side(cloud, 'Apart')
      const shared = await side(cloud, 'Shared')
      await unprotect(cloud, shared.made)
      // The common role of a shared table: no facility's, and exempt from nothing, as there is nothing to be exempt from.
      const login = { ...cloud.admin }
      const figures: Figure[] = []
      for (const size of [100, 2000]) {
        const ratio = await compare(apart, { ...shared, login }, size)
        figures.push({
          name: `push of ${size.toLocaleString('en-US')} entries: kept apart ÷ shared`,
          value: ratio,
          unit: '',
          target: `at most ${AT_MOST}`,
          ok: ratio <= AT_MOST,
        })
      }
      apart.station.close()
      shared.station.close()
      return figures
    } finally {
      await cloud.remove()
    }
  },
}

interface Side {
  made: NewFacility
  station: Workstation
  caller: Caller
  login: pg.ClientConfig
}

async function side(cloud: TestCloud, name: string): Promise<Side> {
  const { facility: made, station } = await clinicIn(cloud, name)
  const login = await loginOf(cloud, made, station)
  const { facility, role, schema } = made
  const publicKey = station.keys.publicKey
  const caller = await connected(cloud.admin, async (client) => {
    const { rows } = await client.query('select version from registry.facility where id = $1', [facility])
    return { facility, role, schema, version: rows[0].version, device: station.device, publicKey }
  })
  return { made, station, login, caller: caller as unknown as Caller }
}

/** Takes everything away that keeps a schema apart; the tag stays, as the tenant column. */
async function unprotect(cloud: TestCloud, { schema }: NewFacility): Promise<void> {
  await connected(cloud.admin, async (client) => {
    for (const table of TABLES) {
      const name = `${schema}.${table}`
      await client.query(`alter table ${name} disable row level security, no force row level security`)
      await client.query(`drop policy own on ${name}`)
      await client.query(`drop trigger refuse_truncate on ${name}`)
      await client.query(`alter table ${name} drop constraint own`)
    }
  })
}

/** The medians of both sides' times for batches of a size, one divided by the other. They take turns, and take turns at being first. */
async function compare(apart: Side, shared: Side, size: number): Promise<number> {
  const clients = await Promise.all([apart, shared].map(({ login }) => open(login)))
  try {
    const frames = [apart, shared].map(({ station }) => batchesOf(station, size, ROUNDS + 5))
    const times: [number[], number[]] = [[], []]
    for (let round = 0; round < ROUNDS + 5; round++) {
      for (const which of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
        const { header, entries } = await readBatch(frames[which]?.[round] as Buffer)
        const start = performance.now()
        await push(
          clients[which] as pg.Client,
          [apart, shared][which]?.caller as Caller,
          { prev: header.prev, entries },
          '127.0.0.1',
        )
        if (round >= 5) times[which].push(performance.now() - start)
      }
    }
    return median(times[0]) / median(times[1])
  } finally {
    await Promise.all(clients.map((client) => client.end()))
  }
}

async function open(login: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client(login)
  await client.connect()
  return client
}
