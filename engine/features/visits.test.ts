import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { KINDS } from '../../domain/kinds.ts'
import { observationOf, vital } from '../../domain/vitals.ts'
import { TestClinic } from './test-clinic.ts'

let clinic: TestClinic
let patient: string
beforeAll(async () => {
  clinic = await TestClinic.open()
})
beforeEach(async () => {
  await clinic.as('front-desk')
  ;({ id: patient } = await clinic.patient({ birthDate: '1980-05-05' }))
  await clinic.as('clinician')
})
afterAll(() => clinic.close())

const reading = (key: Parameters<typeof vital>[0], value: number) => ({
  patient,
  ...observationOf(vital(key), { value }),
})

describe('the queue', () => {
  test('tokens count from 1 every day, without a gap, and today’s list is in their order', async () => {
    clinic.clock.now += 3 * 86_400_000
    await clinic.as('front-desk')
    const others = [await clinic.patient(), await clinic.patient()]
    const tokens = []
    for (const { id } of others)
      tokens.push((await clinic.ask('visit.open', { patient: id, reason: 'Fever' })).encounter.token)
    expect(tokens).toEqual([1, 2])
    const again = await clinic.ask('visit.open', { patient: others[0]?.id ?? '' })
    expect(again.encounter).toMatchObject({ token: 1, status: 'arrived', reason: { display: 'Fever' } })
    const { visits } = await clinic.ask('patient.today', {})
    expect(visits.map(({ encounter, patient: who }) => [encounter.token, who.id])).toEqual(
      others.map(({ id }, i) => [i + 1, id]),
    )
    clinic.clock.now += 86_400_000
    expect((await clinic.ask('patient.today', {})).visits).toEqual([])
    expect((await clinic.ask('visit.open', { patient: others[1]?.id ?? '' })).encounter.token).toBe(1)
  })

  test('whoever was imported without a number of ours gets one with the first visit, and keeps it', async () => {
    const { id } = clinic.context.store.save(KINDS.patient, { given: 'Imported', sex: 'female' })
    await clinic.ask('visit.open', { patient: id })
    const { patient: after } = await clinic.ask('patient.get', { id })
    expect(after.mrn).toMatch(/^A-\d{5}$/)
    await clinic.ask('visit.open', { patient: id })
    expect((await clinic.ask('patient.get', { id })).patient.mrn).toBe(after.mrn)
  })

  test('a visit that was cancelled is not called, and its token is not given again', async () => {
    clinic.clock.now += 7 * 86_400_000
    const { encounter } = await clinic.ask('visit.open', { patient })
    const { encounter: ended } = await clinic.ask('visit.change', { id: encounter.id, patch: { status: 'cancelled' } })
    expect(ended.end).toBeDefined()
    expect((await clinic.ask('patient.today', {})).visits).toEqual([])
    expect((await clinic.ask('visit.open', { patient })).encounter.token).toBe(2)
  })
})

describe('a measurement', () => {
  test('opens today’s visit by itself, once', async () => {
    await clinic.as('nurse')
    const { observation: first } = await clinic.ask('observation.record', reading('pulse', 72))
    const { observation: second } = await clinic.ask('observation.record', reading('temperature', 38.5))
    expect(first.encounter).toBeDefined()
    expect(second.encounter).toBe(first.encounter)
    expect(second.flag).toBe('H')
    const { openEncounter } = await clinic.ask('chart.get', { patient })
    expect(openEncounter?.id).toBe(first.encounter)
  })

  test('that no living person has is refused', async () => {
    expect(await clinic.refusal('observation.record', reading('pulse', 999))).toBe('bad-input')
  })

  test('is never changed; a correction stands in its place, and the first stays on record', async () => {
    const { observation } = await clinic.ask('observation.record', reading('pulse', 27))
    expect(() => clinic.context.store.change(KINDS.observation, observation.id, { note: 'x' })).toThrow(
      'cannot be changed',
    )
    const { observation: right } = await clinic.ask('observation.record', {
      ...reading('pulse', 72),
      replaces: observation.id,
    })
    const code = vital('pulse').code
    const { latest } = await clinic.ask('observation.latest', { patient, codes: [code, 'no-such'] })
    expect(latest).toMatchObject({ [code]: { id: right.id, status: 'corrected' } })
    expect(Object.keys(latest)).toEqual([code])
    const { points } = await clinic.ask('observation.trend', { patient, code })
    expect(points.map(({ value }) => value)).toEqual([72])
    expect((await clinic.ask('chart.record', { kind: 'observation', id: observation.id })).record.value).toEqual({
      value: 27,
      unit: '/min',
    })
    expect(await clinic.refusal('observation.record', { ...reading('pulse', 70), replaces: observation.id })).toBe(
      'conflict',
    )
  })

  test('of weight and height gives the index that follows', async () => {
    await clinic.ask('observation.record', reading('height', 175))
    await clinic.ask('observation.record', reading('weight', 70))
    const { code } = vital('bmi')
    const { latest } = await clinic.ask('observation.latest', { patient, codes: [code] })
    expect(latest[code]).toMatchObject({ value: { value: 22.9, unit: 'kg/m2' }, flag: 'N' })
  })

  test('that was never this patient’s is withdrawn, with the index reckoned from it; both stay on record', async () => {
    await clinic.ask('observation.record', reading('height', 175))
    const { observation: right } = await clinic.ask('observation.record', reading('weight', 70))
    clinic.clock.now += 60_000
    const { observation } = await clinic.ask('observation.record', reading('weight', 150))
    const codes = [vital('weight').code, vital('bmi').code]
    await clinic.ask('observation.retract', { id: observation.id })
    const { latest } = await clinic.ask('observation.latest', { patient, codes })
    expect(codes.map((code) => latest[code]?.value?.value)).toEqual([70, 22.9])
    expect((await clinic.ask('visit.get', { encounter: right.encounter ?? '' })).observations).not.toContainEqual(
      expect.objectContaining({ value: { value: 150, unit: 'kg' } }),
    )
    expect((await clinic.ask('chart.record', { kind: 'observation', id: observation.id })).record.status).toBe('final')
    expect(await clinic.refusal('observation.retract', { id: observation.id })).toBe('conflict')
  })

  test('of weight that is corrected corrects the index with it', async () => {
    await clinic.ask('observation.record', reading('height', 175))
    const { observation } = await clinic.ask('observation.record', reading('weight', 170))
    await clinic.ask('observation.record', { ...reading('weight', 70), replaces: observation.id })
    const { points } = await clinic.ask('observation.trend', { patient, code: vital('bmi').code })
    expect(points.map(({ value }) => value)).toEqual([22.9])
  })

  test('trends show every value oldest first, components too', async () => {
    for (const [day, systolic] of [
      ['2026-01-02', 150],
      ['2026-01-01', 160],
      ['2026-01-03', 140],
    ] as const) {
      const parts = observationOf(vital('bp'), { values: [systolic, 90] })
      await clinic.ask('observation.record', { patient, ...parts, effective: `${day}T10:00:00+05:30` })
    }
    const { points } = await clinic.ask('observation.trend', { patient, code: vital('bp').code })
    expect(points.map(({ components }) => components?.[0]?.value)).toEqual([160, 150, 140])
  })

  test('cannot be put into another patient’s visit', async () => {
    const { encounter } = await clinic.ask('visit.open', { patient })
    await clinic.as('front-desk')
    const other = await clinic.patient()
    await clinic.as('clinician')
    const input = { ...reading('pulse', 72), patient: other.id, encounter: encounter.id }
    expect(await clinic.refusal('observation.record', input)).toBe('bad-input')
  })
})

test('a prescription that was printed is known to be, and the admin can see who printed it', async () => {
  const { encounter } = await clinic.ask('visit.open', { patient })
  const which = { encounter: encounter.id }
  expect((await clinic.ask('visit.get', which)).printed).toBe(false)
  await clinic.ask('visit.notePrint', which)
  expect((await clinic.ask('visit.get', which)).printed).toBe(true)
  await clinic.as('admin')
  const { entries } = await clinic.ask('activity.list', {})
  expect(entries).toContainEqual(
    expect.objectContaining({ summary: 'Printed a prescription', authorName: 'Dr Asha Rao', patient }),
  )
})

describe('the note', () => {
  const sections = (text: string) => [{ key: 'complaint', text }]

  test('is a draft until it is signed, and then neither it nor anything in it can be changed', async () => {
    const { encounter } = await clinic.ask('visit.open', { patient })
    const which = { encounter: encounter.id }
    expect(await clinic.refusal('visit.sign', which)).toBe('bad-input')
    const { note: draft } = await clinic.ask('visit.saveNote', { ...which, sections: sections('Fever') })
    const { note: same } = await clinic.ask('visit.saveNote', { ...which, sections: sections('Fever, 3 days') })
    expect(same).toMatchObject({ id: draft.id, status: 'preliminary', sections: sections('Fever, 3 days') })
    const { note } = await clinic.ask('visit.sign', which)
    expect(note).toMatchObject({ id: draft.id, status: 'final', signedBy: 'Dr Asha Rao, MBBS, Reg. 12345' })
    expect((await clinic.ask('visit.get', which)).encounter).toMatchObject({ status: 'finished' })
    expect(() => clinic.context.store.change(KINDS.composition, note.id, { title: 'x' })).toThrow('cannot be changed')
    expect(await clinic.refusal('visit.sign', which)).toBe('sealed')
  })

  test('once signed is amended by a note of its own, which names it', async () => {
    const { encounter } = await clinic.ask('visit.open', { patient })
    const which = { encounter: encounter.id }
    await clinic.ask('visit.saveNote', { ...which, sections: sections('Fever') })
    const { note: first } = await clinic.ask('visit.sign', which)
    const { note: draft } = await clinic.ask('visit.saveNote', { ...which, sections: sections('It was the left arm.') })
    expect(draft).toMatchObject({ amends: first.id, status: 'preliminary' })
    expect((await clinic.ask('visit.get', which)).note?.id).toBe(draft.id)
    const { note: amendment } = await clinic.ask('visit.sign', which)
    expect(amendment.status).toBe('amended')
    const { record } = await clinic.ask('chart.record', { kind: 'composition', id: first.id })
    expect(record.sections).toEqual(sections('Fever'))
    const { signed } = await clinic.ask('visit.get', which)
    expect(signed.map(({ id }) => id)).toEqual([first.id, amendment.id])
  })

  test('that amends is given up before it is signed, and the signed one stands; a signed one is not given up', async () => {
    const { encounter } = await clinic.ask('visit.open', { patient })
    const which = { encounter: encounter.id }
    await clinic.ask('visit.saveNote', { ...which, sections: sections('Fever') })
    expect(await clinic.refusal('visit.dropAmendment', which)).toBe('not-found')
    const { note } = await clinic.ask('visit.sign', which)
    await clinic.ask('visit.saveNote', { ...which, sections: sections('Not fever') })
    await clinic.ask('visit.dropAmendment', which)
    expect((await clinic.ask('visit.get', which)).note?.id).toBe(note.id)
    expect(await clinic.refusal('visit.dropAmendment', which)).toBe('not-found')
  })
})

test('the last prescription is repeated into this visit, and not doubled', async () => {
  const line = { medication: { display: 'Metformin' }, strength: '500 mg', status: 'active', intent: 'order' } as const
  const { encounter: last } = await clinic.ask('visit.open', { patient })
  await clinic.ask('medication.add', {
    ...line,
    patient,
    encounter: last.id,
    dose: { pattern: '1-0-1' },
    durationDays: 30,
  })
  await clinic.ask('visit.change', { id: last.id, patch: { status: 'finished' } })
  clinic.clock.now += 30 * 86_400_000
  const { encounter } = await clinic.ask('visit.open', { patient })
  const { medications } = await clinic.ask('medication.repeatLast', { encounter: encounter.id })
  expect(medications).toMatchObject([{ ...line, encounter: encounter.id, dose: { pattern: '1-0-1' } }])
  expect((await clinic.ask('medication.repeatLast', { encounter: encounter.id })).medications).toEqual([])
})

test('what is in one patient’s chart cannot be put into another’s visit, as a change either', async () => {
  await clinic.as('front-desk')
  const other = await clinic.patient()
  await clinic.as('clinician')
  const { encounter } = await clinic.ask('visit.open', { patient: other.id })
  const patch = { encounter: encounter.id }
  const { condition } = await clinic.ask('condition.add', { patient, code: { display: 'Asthma' } })
  const { allergy } = await clinic.ask('allergy.add', { patient, code: { display: 'Latex' } })
  const { medication } = await clinic.ask('medication.add', {
    patient,
    medication: { display: 'Metformin' },
    status: 'active',
    intent: 'order',
  })
  expect(await clinic.refusal('condition.change', { id: condition.id, patch })).toBe('bad-input')
  expect(await clinic.refusal('allergy.change', { id: allergy.id, patch })).toBe('bad-input')
  expect(await clinic.refusal('medication.change', { id: medication.id, patch })).toBe('bad-input')
})
