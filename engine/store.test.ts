import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeEntry } from '../domain/entry.ts'
import { fold } from '../domain/fold.ts'
import { KINDS } from '../domain/kinds.ts'
import type { Context } from './context.ts'
import { hashOf, Journal } from './journal.ts'
import { nextMrn } from './mrn.ts'
import { scratchClinic } from './scratch.ts'

const { patient, observation, composition } = KINDS
const person = { family: 'Rao', given: 'Asha', sex: 'female' as const }

interface Stored {
  dseq: number
  hash: string
  prev: string
  body: string
  record: string
}
const entries = ({ db }: Context) => db.all<Stored>('select dseq, hash, prev, body, record from journal order by seq')

describe('a write', () => {
  test('is a row and an entry of the chain, each on top of the one before', async () => {
    const { context } = await scratchClinic()
    const { id } = context.store.save(patient, person)
    context.store.change(patient, id, { phones: ['98480'] })
    const chain = entries(context)
    for (const [at, entry] of chain.entries()) {
      expect(entry.dseq).toBe(at + 1)
      expect(entry.prev).toBe(chain[at - 1]?.hash ?? '')
      expect(hashOf(entry.body)).toBe(entry.hash)
    }
    const last = decodeEntry(chain.at(-1)?.body ?? '')
    expect(last).toMatchObject({
      kind: 'change',
      record: 'patient',
      id,
      fields: { phones: ['98480'] },
      author: context.user.id,
    })
    expect(last.base).toEqual([chain.at(-2)?.hash])
    expect(context.store.get(patient, id)).toEqual({ id, ...person, phones: ['98480'] })
  })

  test('that fails leaves neither', async () => {
    const { context } = await scratchClinic()
    const before = entries(context).length
    expect(() =>
      context.db.immediate(() => {
        context.store.save(patient, person)
        throw new Error('later')
      }),
    ).toThrow('later')
    expect(entries(context)).toHaveLength(before)
    expect(context.store.list(patient)).toEqual([])
    // And the chain goes on without a gap.
    context.store.save(patient, person)
    expect(entries(context).at(-1)?.dseq).toBe(before + 1)
  })

  test('of what already stands writes nothing', async () => {
    const { context } = await scratchClinic()
    const saved = context.store.save(patient, { ...person, phones: ['1', '2'] })
    const before = entries(context).length
    context.store.save(patient, saved)
    context.store.change(patient, saved.id, { phones: ['1', '2'], note: null })
    expect(entries(context)).toHaveLength(before)
  })

  test('of a whole record clears the fields that it no longer has', async () => {
    const { context } = await scratchClinic()
    const { id } = context.store.save(patient, { ...person, phones: ['1'] })
    expect(context.store.save(patient, { id, ...person })).toEqual({ id, ...person })
  })

  test('row equals fold of the journal, whatever the changes', async () => {
    const { context } = await scratchClinic()
    const change = fc.record(
      {
        given: fc.string({ maxLength: 20 }),
        note: fc.option(fc.string({ unit: 'binary', maxLength: 50 })),
        deceased: fc.option(fc.boolean()),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), (changes) => {
        const { id } = context.store.save(patient, person)
        context.db.immediate(() => {
          for (const patch of changes) context.store.change(patient, id, patch)
        })
        const { fields } = fold(patient, Journal.changes(context.db, 'patient', id))
        expect(context.store.get(patient, id)).toEqual({ id, ...fields })
      }),
      { numRuns: 50 },
    )
  })

  test('keeps text that no database can hold in a form that every one can', async () => {
    const { context, clinic } = await scratchClinic()
    const saved = context.store.save(patient, {
      ...person,
      family: 'a\ud800b',
      note: 'x\u0000y',
      address: { city: '\udc00' },
    })
    expect(saved).toMatchObject({ family: 'a\ufffdb', note: 'x\ufffdy', address: { city: '\ufffd' } })
    expect(context.store.save(patient, { ...person, family: '😀 على' }).family).toBe('😀 على')
    expect(await clinic.dispatch('data.verify', {})).toMatchObject({ value: { problems: [] } })
  })
})

describe('a write is refused', () => {
  test('of what is sealed', async () => {
    const { context } = await scratchClinic()
    const { id: who } = context.store.save(patient, person)
    const measured = context.store.save(observation, { patient: who, status: 'final', code: { display: 'Weight' } })
    expect(() => context.store.change(observation, measured.id, { valueText: 'x' })).toThrow(/signed|correction/)
    const note = context.store.save(composition, {
      patient: who,
      status: 'preliminary',
      type: { display: 'Note' },
      title: 'Note',
      date: '2026-01-12',
      sections: [],
    })
    context.store.change(composition, note.id, { status: 'final' })
    expect(() => context.store.change(composition, note.id, { title: 'Other' })).toThrowError(
      expect.objectContaining({ code: 'sealed' }),
    )
  })

  test('that clears what is required, breaks the kind’s rule, or names nobody', async () => {
    const { context } = await scratchClinic()
    const { id } = context.store.save(patient, person)
    const refused = (code: string) => expect.objectContaining({ code })
    expect(() => context.store.change(patient, id, { sex: null })).toThrowError(refused('bad-input'))
    expect(() => context.store.change(patient, id, { family: null, given: null })).toThrowError(refused('bad-input'))
    expect(() => context.store.change(patient, 'nobody', { given: 'x' })).toThrowError(refused('not-found'))
  })
})

describe('reading', () => {
  test('lists by a field, in the order in which things happened, offsets and precisions mixed', async () => {
    const { context } = await scratchClinic()
    const { id: who } = context.store.save(patient, person)
    const times = ['2026-01-12T10:00:00+05:30', '2026-01-12T05:00:00Z', '2026', '2026-01-12']
    for (const effective of times) {
      context.store.save(observation, { patient: who, status: 'final', code: { display: 'x' }, effective })
    }
    const listed = context.store.list(observation, { where: { patient: who } })
    expect(listed.map((it) => it.effective)).toEqual([times[2], times[3], times[0], times[1]])
    expect(context.store.list(observation, { where: { patient: who }, descending: true, limit: 1 })[0]?.effective).toBe(
      times[1],
    )
    expect(context.store.list(observation, { where: { replaces: null } })).toHaveLength(4)
  })

  test('numbers are given once, past those that an import brought', async () => {
    const { context } = await scratchClinic()
    context.store.save(patient, { ...person, mrn: 'A-00002' })
    expect([nextMrn(context), nextMrn(context)]).toEqual(['A-00001', 'A-00003'])
  })
})
