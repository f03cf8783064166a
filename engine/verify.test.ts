import { describe, expect, test } from 'vitest'
import { KINDS } from '../domain/kinds.ts'
import { scratchClinic } from './scratch.ts'
import { verify } from './verify.ts'

const { patient, observation } = KINDS

async function withRecords() {
  const made = await scratchClinic()
  const { store } = made.context
  const { id } = store.save(patient, { family: 'Rao', sex: 'female', phones: ['98480'] })
  store.change(patient, id, { deceased: false })
  store.save(observation, { patient: id, status: 'final', code: { display: 'Weight' }, effective: '2026-01-12' })
  return { ...made, id }
}

test('a clinic that nobody tampered with is whole', async () => {
  const { context } = await withRecords()
  const { entries } = context.db.get<{ entries: number }>('select count(*) as entries from journal') ?? { entries: 0 }
  expect(await verify(context)).toEqual({ ok: true, entries, devices: 1, problems: [] })
})

describe('tampering shows', () => {
  // Each with the key and with SQL, as somebody who runs our own program could.
  const tampering: [string, string, RegExp][] = [
    [
      'a record that was changed past the journal',
      `update patient set family = 'Roy'`,
      /patient .*: the record is not what its entries say/,
    ],
    [
      'a record that was taken away',
      'delete from observation',
      /observation .*: it is in the journal and not among the records/,
    ],
    [
      'a record from nowhere',
      `insert into patient (id, family, _heads, _created, _updated) values ('x', 'Ghost', '[]', '', '')`,
      /patient x: nothing in the journal/,
    ],
    [
      'an entry that was altered',
      `update journal set body = replace(body, '98480', '98481') where record = 'patient'`,
      /entry \d+: it was altered/,
    ],
    [
      'an entry that was altered, its hash with it',
      `update journal set body = replace(body, '98480', '98481'), hash = substr(hash, 2) || '0' where record = 'patient'`,
      /was altered|does not follow/,
    ],
    ['an entry that was taken out', `delete from journal where record = 'observation'`, /./],
    [
      'a look that was taken out of the middle',
      'delete from journal where seq = 3',
      /entry 4: the one before it is missing/,
    ],
    [
      'an entry that was filed under another author',
      `update journal set author = 'somebody' where seq = 2`,
      /filed under something else/,
    ],
    [
      'an entry of a device that nobody knows',
      `insert into journal select (9 << 32) + 1, 'stranger', 1, hash, prev, hlc, author, 'access', record, id, body, opens from journal where seq = 2`,
      /device that is not known/,
    ],
  ]
  test.each(tampering)('%s', async (_, sql, says) => {
    const { context } = await withRecords()
    context.db.exec(sql)
    const report = await verify(context)
    expect(report.ok).toBe(false)
    expect(report.problems.join('\n')).toMatch(says)
    expect(report.problems.join('\n')).not.toMatch(/Rao|98480/)
  })

  test('the end that was taken off after the cloud had acknowledged it, and the note of it', async () => {
    const { context } = await withRecords()
    const { db, journal } = context
    const { dseq, hash } = journal.append({ kind: 'access', author: 'u', record: 'patient', id: 'p' })
    const config = JSON.stringify({ device: journal.device })
    db.run(`insert into remote (id, config, cursor, hash) values ('r', ?, ?, ?)`, [config, dseq, hash])
    expect((await verify(context)).problems).toEqual([])
    db.exec(
      `delete from journal where seq = (select max(seq) from journal); delete from meta where key = 'newest-entry'`,
    )
    expect((await verify(context)).problems).toEqual([expect.stringMatching(/cloud has are missing/)])
  })

  test('a trigger that would keep looks off the record', async () => {
    const { context } = await withRecords()
    context.db.exec(
      `create trigger quiet after insert on journal when new.kind = 'access'
       begin delete from journal where seq = new.seq; end`,
    )
    expect((await verify(context)).problems).toEqual([expect.stringMatching(/trigger that is not Alcove/)])
  })

  test('the end that was taken off a chain', async () => {
    const { context } = await withRecords()
    context.journal.append({ kind: 'access', author: 'u', record: 'patient', id: 'p' })
    context.journal.noteNewest()
    context.db.exec('delete from journal where seq = (select max(seq) from journal)')
    const missing = [expect.stringMatching(/newest entries are missing/)]
    expect((await verify(context)).problems).toEqual(missing)
    context.journal.append({ kind: 'access', author: 'u', record: 'patient', id: 'q' })
    context.journal.noteNewest()
    expect((await verify(context)).problems, 'after the clinic was closed and used again').toEqual(missing)
  })
})

test('verifying is itself on record, and only an admin may', async () => {
  const { clinic, context } = await withRecords()
  expect(await clinic.dispatch('data.verify', {})).toMatchObject({ ok: true, value: { ok: true } })
  expect(context.db.get(`select record, author from journal order by seq desc limit 1`)).toEqual({
    record: 'data.verified',
    author: context.user.id,
  })
})
