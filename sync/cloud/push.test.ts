/** Exactly once, in order, for one device and for several, whatever breaks on the way. */

import { randomUUID } from 'node:crypto'
import { request } from 'node:https'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { accessText } from '../../domain/access-log.ts'
import { fold } from '../../domain/fold.ts'
import { kindNamed } from '../../domain/kinds.ts'
import { frameBatch, hashOf, newDeviceKeys, signBatch } from '../protocol/batch.ts'
import { LIMITS, PATHS, writeAuthorization } from '../protocol/messages.ts'
import { Workstation } from './client/workstation.ts'
import { sha256 } from './gateway/access-log.ts'
import { cloud, facility, station } from './testing/clinic-per-test.ts'
import { anotherCode, connected } from './testing/postgres.ts'

const rows = (text: string) =>
  connected(cloud.admin, async (client) => (await client.query(text.replaceAll('$S', facility.schema))).rows)
const count = async (table: string) => Number((await rows(`select count(*) from $S.${table}`))[0].count)

function visits(n: number, on: Workstation = station): void {
  for (let i = 0; i < n; i++) on.change('patient', randomUUID(), { family: `Family ${i}`, sex: 'female' })
}

describe('a batch', () => {
  test('is in the journal, in the records and in the access log, in the facility’s order', async () => {
    visits(5)
    station.write({ kind: 'session' })
    const answer = await station.push()
    expect(answer.body).toEqual({ acked: { dseq: 6, hash: station.entries[5]?.hash } })
    expect(await rows('select seq::int, dseq::int, hash, body from $S.journal order by seq')).toEqual(
      station.entries.map(({ dseq, hash, body }) => ({ seq: dseq, dseq, hash, body })),
    )
    expect(await count('record')).toBe(5)
    expect((await station.hello()).body).toMatchObject({ acked: { dseq: 6, hash: station.entries[5]?.hash } })
  })

  test('sent again gets the same answer and changes nothing', async () => {
    visits(5)
    const first = await station.push()
    const again = await station.push()
    const part = await station.push(2, 4)
    expect(again.body).toEqual(first.body)
    expect(part.body).toEqual({ acked: { dseq: 4, hash: station.entries[3]?.hash } })
    expect(await count('journal')).toBe(5)
  })

  test('that begins with what the gateway has and goes on from there is taken from there', async () => {
    visits(3)
    await station.push()
    visits(3)
    expect((await station.push(2, 6)).body).toEqual({ acked: { dseq: 6, hash: station.entries[5]?.hash } })
    expect(await count('journal')).toBe(6)
  })

  test('that cannot be stored for no fault of any entry’s is answered, not tried for ever', async () => {
    visits(2)
    await rows(`create function $S.odd() returns trigger language plpgsql as $$
        begin raise exception 'odd' using errcode = '22000'; end $$;
      create trigger odd before update on $S.device for each row execute function $S.odd()`)
    expect((await station.push()).status).toBe(500)
    await rows('drop trigger odd on $S.device')
    expect((await station.push()).body).toEqual({ acked: { dseq: 2, hash: station.entries[1]?.hash } })
  })

  test('that leaves a gap is told where to begin, and nothing of it is kept', async () => {
    visits(5)
    await station.push(1, 2)
    const answer = await station.push(4, 5)
    expect(answer.status).toBe(409)
    expect(answer.body.error).toMatchObject({ code: 'gap', acked: { dseq: 2, hash: station.entries[1]?.hash } })
    expect(await count('journal')).toBe(2)
  })

  test('with other bytes under a number that the gateway has is a fork, wherever they are', async () => {
    visits(4)
    await station.push(1, 3)
    const clone = Object.assign(new Workstation(cloud.address), {
      device: station.device,
      keys: station.keys,
      secret: station.secret,
      facility: station.facility,
    })
    visits(4, clone)
    for (const [from, to] of [
      [1, 4],
      [2, 3],
      [4, 4],
    ] as const) {
      const answer = await clone.push(from, to)
      expect([from, answer.status, answer.body.error.code]).toEqual([from, 409, 'fork'])
    }
    expect(await count('journal')).toBe(3)
    expect((await station.push(4, 4)).status).toBe(200)
    clone.close()
  })

  test('with an entry that can never be taken is taken without it, and says so each time it is asked', async () => {
    visits(1)
    station.write({ kind: 'gossip' })
    visits(1)
    station.write({ v: 2 })
    const answer = await station.push()
    const refused = [
      { dseq: 2, code: 'not-an-entry' },
      { dseq: 4, code: 'newer-entry' },
    ]
    expect(answer.body).toEqual({ acked: { dseq: 4, hash: station.entries[3]?.hash }, refused })
    expect((await station.push()).body).toEqual(answer.body)
    expect((await station.hello()).body.refused).toEqual(refused)
    expect(await count('journal')).toBe(2)
    visits(1)
    expect((await station.push(5)).status).toBe(200)
  })

  test('with text that PostgreSQL cannot hold keeps every byte in the journal', async () => {
    const odd = 'a\u0000b\ud800c\\u0000 \u202egnp\u200b 😀 \n\r\t"\'; drop table x; --'
    const entry = station.change('patient', randomUUID(), { family: odd.replace('\ud800', 'HALF') })
    // Half a surrogate pair: our own encoder refuses it, another's might not.
    entry.body = entry.body.replace('HALF', '\\ud800')
    entry.hash = hashOf(entry.body)
    expect((await station.push()).body.refused).toBeUndefined()
    const [row] = await rows('select body, fields from $S.journal, $S.record')
    expect(JSON.parse(row.body).fields.family).toBe(odd)
    expect(row.fields.family).toBe(odd.replace('\u0000', '\ufffd').replace('\ud800', '\ufffd'))
  })

  test('with an entry that the database itself would not have is taken without it', async () => {
    visits(3)
    // Beyond what a numeric holds; JSON has no such limit.
    const at = station.entries.length
    const huge = station.write({ kind: 'change', record: 'patient', id: randomUUID(), base: [], fields: { a: 1 } })
    huge.body = huge.body.replace('"a":1}', `"a":${'9'.repeat(10)}e200000}`)
    huge.hash = hashOf(huge.body)
    visits(3)
    // JSON.parse reads it as infinity and hands on null, so this one is taken; nested too deep is not.
    let deep: unknown = 1
    for (let i = 0; i < 100; i++) deep = [deep]
    station.write({ kind: 'change', record: 'patient', id: randomUUID(), base: [], fields: { deep } })
    rechain(station, at)
    const answer = await station.push()
    expect(answer.body.refused).toEqual([{ dseq: 8, code: 'too-deep' }])
    expect(await count('journal')).toBe(7)
  })
})

/** Gives every entry after a changed one its right place in the chain again. */
function rechain(on: Workstation, from: number): void {
  for (let i = from + 1; i < on.entries.length; i++) {
    const entry = on.entries[i] as { body: string; hash: string }
    entry.body = entry.body.replace(/"prev":"[0-9a-f]{64}"/, `"prev":"${on.entries[i - 1]?.hash}"`)
    entry.hash = hashOf(entry.body)
  }
}

describe('records', () => {
  test('are the fold of the journal: made on top, side by side, and in conflict', async () => {
    const id = randomUUID()
    const first = station.change('patient', id, { family: 'A', sex: 'female', phones: ['1'] })
    station.change('patient', id, { phones: ['2'] }, [first.hash])
    station.change('patient', id, { sex: 'male' }, [first.hash])
    expect((await station.push(1, 2)).status).toBe(200)
    expect((await station.push(3, 3)).status).toBe(200)
    const changes = station.entries.map(({ hash, body }) => ({ hash, ...JSON.parse(body) }))
    const expected = fold(kindNamed('patient'), changes)
    expect(await rows('select fields, heads, conflicts, created, updated from $S.record')).toEqual([
      JSON.parse(JSON.stringify(expected)),
    ])
    const last = station.change('patient', id, { sex: 'other', note: 'asked' }, expected.heads)
    await station.push(4)
    const [row] = await rows('select fields, heads, conflicts from $S.record')
    expect(row).toEqual({
      fields: { family: 'A', sex: 'other', phones: ['2'], note: 'asked' },
      heads: [last.hash],
      conflicts: [],
    })
  })

  test('two workstations at once: every entry once, the order without a hole, the records the fold of all', async () => {
    const second = await Workstation.enrolled(await anotherCode(cloud, facility, station))
    const id = randomUUID()
    const root = station.change('allergy_intolerance', id, { status: 'active' })
    await station.push()
    for (const [on, value] of [
      [station, 'mild'],
      [second, 'severe'],
    ] as const) {
      on.change('allergy_intolerance', id, { severity: value }, [root.hash])
      visits(60, on)
    }
    const push = async (on: Workstation, from: number) => {
      for (let at = from; at <= on.entries.length; at += 7) {
        const answer = await on.push(at, Math.min(at + 6, on.entries.length))
        expect(answer.status).toBe(200)
      }
    }
    await Promise.all([push(station, 2), push(second, 1)])
    const journal = await rows('select seq::int, device, dseq::int, hash, body from $S.journal order by seq')
    expect(journal.map((row) => row.seq)).toEqual(journal.map((_, i) => i + 1))
    expect(journal).toHaveLength(station.entries.length + second.entries.length)
    const changes = journal
      .filter((row) => row.body.includes(id))
      .map((row) => ({ hash: row.hash, ...JSON.parse(row.body) }))
    const [record] = await rows(`select fields, conflicts from $S.record where id = '${id}'`)
    expect(record.conflicts).toHaveLength(1)
    const { fields, conflicts } = fold(kindNamed('allergy_intolerance'), changes)
    expect(record).toEqual({ fields, conflicts })
    second.close()
  })
})

describe('what is not a batch of that device', () => {
  test.each([
    ['signed by another', () => signBatch(newDeviceKeys().privateKey, frame())],
    ['signed for other bytes', () => signBatch(station.keys.privateKey, Buffer.from('x'))],
    ['not signed', () => ''],
  ])('is refused: %s', async (_, signature) => {
    visits(2)
    const answer = await station.pushFrame(frame(), signature())
    expect([answer.status, answer.body.error.code]).toEqual([400, 'bad-batch'])
    expect(await count('journal')).toBe(0)
  })

  test('is refused: for another facility, of another device, reordered, cut', async () => {
    visits(3)
    const [a, b, c] = station.entries as [never, never, never]
    for (const bad of [
      frameBatch(1, 'f_other', station.device, '', station.entries),
      frameBatch(1, station.facility, '0123456789abcdef', '', station.entries),
      frameBatch(1, station.facility, station.device, '', [a, c, b]),
      frameBatch(9, station.facility, station.device, '', station.entries),
      frame().subarray(0, -10),
      Buffer.from('{}'),
    ])
      expect([(await station.pushFrame(bad)).body.error.code]).toEqual(['bad-batch'])
    expect(await count('journal')).toBe(0)
  })

  test('is refused: too large, a bomb, an encoding nobody knows, nothing', async () => {
    const { brotliCompressSync } = await import('node:zlib')
    const send = (body: Buffer, encoding: string) =>
      station.send('POST', PATHS.push, {
        body,
        headers: { authorization: authorization(), 'content-encoding': encoding, 'alcove-signature': 'x' },
      })
    const bomb = brotliCompressSync(Buffer.alloc(LIMITS.inflated + 1))
    expect(bomb.length).toBeLessThan(100_000)
    expect((await send(bomb, 'br')).status).toBe(413)
    expect((await send(Buffer.from('x'), 'lzma')).status).toBe(415)
    expect((await send(Buffer.from('x'), 'br')).status).toBe(400)
    expect((await send(Buffer.alloc(0), 'identity')).status).toBe(400)
    const large = await send(Buffer.alloc(LIMITS.compressed + 1), 'identity').catch((error) => error)
    // Node may report the connection that was closed on it rather than the answer; either way it was not taken.
    expect([large.status === 413, /EPIPE|ECONNRESET/.test(large.code ?? '')]).toContain(true)
    expect((await station.hello()).status).toBe(200)
  })

  const frame = () => frameBatch(1, station.facility, station.device, '', station.entries)
  const authorization = () => writeAuthorization(station)
})

describe('when something breaks', () => {
  test('a backend that is ended in the middle of a push: a retryable answer, nothing half-done, then all of it', async () => {
    visits(500)
    const release = await holdHead()
    const pushing = station.push()
    await connected(cloud.admin, async (client) => {
      for (let ended = 0; ended === 0; ) {
        const { rowCount } = await client.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where usename = $1 and wait_event_type = 'Lock'",
          [facility.role],
        )
        ended = rowCount ?? 0
      }
    })
    const answer = await pushing
    await release()
    expect(answer.status).toBe(503)
    expect(answer.body.error.code).toBe('busy')
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect([await count('journal'), await count('record')]).toEqual([0, 0])
    expect((await station.push()).status).toBe(200)
    expect([await count('journal'), await count('record')]).toEqual([500, 500])
  })

  test('an error after the journal was written undoes the journal too', async () => {
    visits(10)
    await connected(cloud.admin, (client) =>
      client.query(`revoke insert on ${facility.schema}.record from ${facility.role}`),
    )
    expect((await station.push()).status).toBe(503)
    expect([await count('journal'), await count('record'), await count('access_log')]).toEqual([0, 0, 1])
    await connected(cloud.admin, (client) =>
      client.query(`grant insert on ${facility.schema}.record to ${facility.role}`),
    )
    expect((await station.push()).status).toBe(200)
    expect(await count('journal')).toBe(10)
  })

  /** Holds the facility's head row; gives back what lets go of it. */
  async function holdHead(): Promise<() => Promise<void>> {
    const pg = await import('pg')
    const client = new pg.default.Client(cloud.admin)
    await client.connect()
    await client.query(`begin; select from ${facility.schema}.head for update`)
    return () => client.end()
  }
})

describe('a pull', () => {
  test('brings every entry once, in order, in pages', async () => {
    visits(25)
    await station.push()
    const seen: string[] = []
    let next = 0
    for (let more = true; more; ) {
      const { status, body } = await station.pull(next, 10)
      expect(status).toBe(200)
      expect(body.entries.length).toBeLessThanOrEqual(10)
      seen.push(...body.entries.map((entry: { hash: string }) => entry.hash))
      ;({ next, more } = body)
    }
    expect(seen).toEqual(station.entries.map((entry) => entry.hash))
    expect((await station.pull(next, 10)).body).toMatchObject({ entries: [], next: 25, more: false })
  })

  test('is bounded in bytes, but always brings one', async () => {
    for (let i = 0; i < 4; i++) station.change('patient', randomUUID(), { note: 'x'.repeat(3 << 20) })
    await station.push(1, 2)
    await station.push(3, 4)
    const { body } = await station.pull(0, 100)
    expect(body.entries.length).toBeLessThan(4)
    expect(body).toMatchObject({ more: true })
    expect((await station.pull(body.next, 1)).body.entries).toHaveLength(1)
  })

  test.each([
    'after=-1&limit=1',
    'after=0&limit=0',
    'after=0&limit=999999',
    'after=x&limit=1',
    'after=0',
    'after=0&limit=1&x=1',
    'after=0&after=1&limit=1',
  ])('with %s is refused', async (query) => {
    const answer = await station.send('GET', `${PATHS.pull}?${query}`, {
      headers: { authorization: writeAuthorization(station) },
    })
    expect([answer.status, answer.body.error.code]).toEqual([400, 'bad-request'])
  })
})

test('the access log holds each visit, chained so that a missing row shows', async () => {
  visits(3)
  await station.push()
  await station.pull(0, 10)
  await station.push(3, 3)
  const log = await rows(
    'select seq::int, at, device, act, rows, address, outcome, prev, hash from $S.access_log order by seq',
  )
  expect(log.map(({ act, rows, outcome }) => [act, rows, outcome])).toEqual([
    ['enroll', 0, 'ok'],
    ['push', 3, 'ok'],
    ['pull', 3, 'ok'],
    ['push', 0, 'ok'],
  ])
  let prev = ''
  for (const row of log) {
    expect(row.prev).toBe(prev)
    prev = sha256(accessText({ ...row, at: row.at.toISOString() }))
    expect(row.hash).toBe(prev)
  }
})

test('a caller who hangs up in the middle of a request is no fault of the gateway’s', async () => {
  const before = cloud.faults.length
  const call = request(new URL(PATHS.enroll, cloud.url), {
    method: 'POST',
    rejectUnauthorized: false,
    headers: { 'content-length': 10_000 },
  })
  call.on('error', () => {})
  call.write('half a request')
  await setTimeout(300)
  call.destroy()
  await setTimeout(300)
  expect(cloud.faults.slice(before)).toEqual([])
})
