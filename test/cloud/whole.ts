/** What has to be true of a facility after whatever happened: every entry once, in order, and an access log that holds. */
import { expect } from 'vitest'
import { accessText } from '../../domain/access-log.ts'
import type { OutboxEntry } from '../../domain/outbox.ts'
import type { Answer, Workstation } from '../../sync/cloud/client/workstation.ts'
import type { Cluster } from '../../sync/cloud/cluster.ts'
import { sha256 } from '../../sync/cloud/gateway/access-log.ts'
import type { NewFacility } from '../../sync/cloud/provision/create.ts'
import { connected } from '../../sync/cloud/testing/postgres.ts'

interface Station {
  device: string
  entries: readonly Pick<OutboxEntry, 'dseq' | 'hash'>[]
}

/** Throws unless the facility has exactly what these workstations wrote, and its chain of visits is unbroken. */
export async function expectWhole(cluster: Cluster, { schema }: NewFacility, ...stations: Station[]): Promise<void> {
  await connected(cluster.admin, async (client) => {
    const journal = await client.query(`select seq::int, device, dseq::int, hash from ${schema}.journal order by seq`)
    expect(journal.rows.map(({ seq }) => seq)).toEqual(journal.rows.map((_, place) => place + 1))
    for (const { device, entries } of stations)
      expect(journal.rows.filter((row) => row.device === device).map(({ dseq, hash }) => ({ dseq, hash }))).toEqual(
        entries.map(({ dseq, hash }) => ({ dseq, hash })),
      )
    expect(journal.rows).toHaveLength(stations.reduce((sum, { entries }) => sum + entries.length, 0))

    const { rows: visits } = await client.query(
      `select seq::int, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, device, act, rows::int, address,
         outcome, prev, hash from ${schema}.access_log order by seq`,
    )
    let prev = ''
    for (const [place, { hash, ...visit }] of visits.entries()) {
      expect([place + 1, prev, sha256(accessText(visit))]).toEqual([visit.seq, visit.prev, hash])
      prev = hash
    }
    const head = await client.query(`select access_seq::int as seq, access_hash as hash from ${schema}.head`)
    expect(head.rows).toEqual([{ seq: visits.length, hash: prev }])
  })
}

/** Writes and pushes, again after each refusal, until told to stop and everything is there. Answers what it was told. */
export function working(
  station: Workstation,
  each = 5,
  pauseMs = 30,
): { answers: Answer[]; stop(): Promise<Answer[]> } {
  const answers: Answer[] = []
  let stopping = false
  const run = async () => {
    for (let next = station.entries.length + 1; !stopping || next <= station.entries.length; ) {
      if (next > station.entries.length)
        for (let count = 0; count < each; count++)
          station.change('patient', `p${station.entries.length}`, { family: `Family ${station.entries.length}` })
      const pushed = await station.push(next)
      answers.push(pushed, await station.pull(Math.max(0, next - 10), 10))
      if (pushed.status === 200) next = station.entries.length + 1
      await new Promise((done) => setTimeout(done, pauseMs))
    }
    return answers
  }
  const running = run()
  running.catch(() => {})
  return {
    answers,
    stop: () => {
      stopping = true
      return running
    },
  }
}

/** A call that came at a bad moment is told to come again, and when. */
export function expectServedOrBusy(answers: readonly Answer[]): void {
  for (const { status, body, headers } of answers) {
    if (status === 200) continue
    expect([status, body.error]).toEqual([503, { code: 'busy', message: expect.stringContaining('Nothing was lost') }])
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
  }
}
