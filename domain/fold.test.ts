import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Change } from './entry.ts'
import type { Json } from './fields.ts'
import { extend, fold } from './fold.ts'
import { tick } from './hlc.ts'
import { allergyIntolerance } from './records/allergy-intolerance.ts'
import { patient } from './records/patient.ts'

/** A history: changes by several workstations, each made on top of what that workstation had seen by then. */
const history = () =>
  fc
    .array(
      fc.record({
        workstation: fc.nat({ max: 2 }),
        /** Whether the workstation hears from the others before it writes. */
        hears: fc.boolean(),
        clockSkew: fc.integer({ min: -5_000, max: 5_000 }),
        fields: fc.dictionary(
          fc.constantFrom('phones', 'sex', 'family', 'fromANewerProgram'),
          fc.constantFrom<Json>('a', 'b', null),
          { minKeys: 1 },
        ),
      }),
      { minLength: 1, maxLength: 14 },
    )
    .map((steps) => {
      const all: Change[] = []
      const seen: Set<string>[] = [new Set(), new Set(), new Set()]
      const first = changed('system', { family: 'a' }, [], tick(undefined, 1_000_000))
      all.push(first)
      for (const view of seen) view.add(first.hash)
      steps.forEach((step, i) => {
        const view = seen[step.workstation] as Set<string>
        if (step.hears) for (const change of all) view.add(change.hash)
        const visible = all.filter((change) => view.has(change.hash))
        const named = new Set(visible.flatMap((change) => change.base))
        const base = visible.filter((change) => !named.has(change.hash)).map((change) => change.hash)
        const next = changed(
          `w${step.workstation}`,
          step.fields,
          base,
          tick(undefined, 1_000_000 + i * 1000 + step.clockSkew),
        )
        all.push(next)
        view.add(next.hash)
      })
      return all
    })

function changed(author: string, fields: Record<string, Json>, base: string[], hlc: string): Change {
  const hash = createHash('sha256')
    .update(JSON.stringify([author, fields, base, hlc]))
    .digest('hex')
  return { hash, hlc, author, fields, base }
}

test('workstations that saw the same entries hold the same record, whatever the order and however often each arrived', () => {
  fc.assert(
    fc.property(
      history().chain((entries) =>
        fc.tuple(
          fc.constant(entries),
          fc.shuffledSubarray([...entries, ...entries], { minLength: entries.length * 2 }),
        ),
      ),
      ([entries, shuffled]) => {
        expect(fold(patient, shuffled)).toEqual(fold(patient, entries))
      },
    ),
  )
})

test('putting a change on top equals folding everything', () => {
  fc.assert(
    fc.property(history(), (entries) => {
      for (let n = 1; n < entries.length; n++) {
        const extended = extend(fold(patient, entries.slice(0, n)), entries[n] as Change)
        if (extended) expect(extended).toEqual(fold(patient, entries.slice(0, n + 1)))
      }
    }),
  )
})

test('no value given concurrently disappears: each is shown or listed', () => {
  fc.assert(
    fc.property(history(), (entries) => {
      const folded = fold(patient, entries)
      for (const head of entries.filter((entry) => folded.heads.includes(entry.hash))) {
        for (const [field, value] of Object.entries(head.fields)) {
          const rivals = folded.conflicts.find((conflict) => conflict.field === field)?.rivals
          const kept = rivals ? rivals.map((rival) => rival.value) : [folded.fields[field] ?? null]
          expect(kept).toContainEqual(value)
        }
      }
    }),
  )
})

test('the wall clock decides nothing: a correction made with a slow clock still replaces what it was made on', () => {
  const wrong = changed('desk', { sex: 'male' }, [], tick(undefined, 9_000_000))
  const right = changed('doctor', { sex: 'female' }, [wrong.hash], tick(undefined, 1_000_000))
  const folded = fold(patient, [wrong, right])
  expect(folded.fields.sex).toBe('female')
  expect(folded.conflicts).toEqual([])
})

test('while nobody has decided, the more dangerous reading of an allergy is shown', () => {
  const made = changed('a', { criticality: 'low' }, [], tick(undefined, 1))
  const high = changed('a', { criticality: 'high' }, [made.hash], tick(undefined, 2))
  const unsure = changed('b', { criticality: 'unable-to-assess' }, [made.hash], tick(undefined, 3))
  const folded = fold(allergyIntolerance, [made, high, unsure])
  expect(folded.fields.criticality).toBe('high')
  expect(folded.conflicts).toMatchObject([
    { field: 'criticality', policy: 'review', rivals: [{ value: 'high' }, { value: 'unable-to-assess' }] },
  ])
})

test('a decision on top of both sides ends the conflict', () => {
  const made = changed('a', { sex: 'unknown' }, [], tick(undefined, 1))
  const one = changed('a', { sex: 'female' }, [made.hash], tick(undefined, 2))
  const other = changed('b', { sex: 'male' }, [made.hash], tick(undefined, 3))
  const open = fold(patient, [made, one, other])
  expect(open.conflicts).toHaveLength(1)
  const decided = fold(patient, [made, one, other, changed('c', { sex: 'female' }, open.heads, tick(undefined, 4))])
  expect(decided).toMatchObject({ fields: { sex: 'female' }, conflicts: [] })
})

test('the same value given twice concurrently is no conflict', () => {
  const made = changed('a', { phones: ['1'] }, [], tick(undefined, 1))
  const one = changed('a', { phones: ['2'] }, [made.hash], tick(undefined, 2))
  const other = changed('b', { phones: ['2'] }, [made.hash], tick(undefined, 3))
  expect(fold(patient, [made, one, other]).conflicts).toEqual([])
})

test('thousands who change one record without knowledge of each other take no more than a moment', () => {
  const storm = Array.from({ length: 10_000 }, (_, at) => ({
    hash: at.toString(16).padStart(64, '0'),
    hlc: at.toString(16).padStart(16, '0'),
    author: 'system',
    fields: { family: `Name ${at}` },
    base: [],
  }))
  const began = performance.now()
  expect(fold(patient, storm).conflicts[0]?.rivals).toHaveLength(10_000)
  // Comparing each with each took half a minute.
  expect(performance.now() - began).toBeLessThan(2000)
})
