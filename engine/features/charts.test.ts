import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AnyKind } from '../../domain/kind.ts'
import { KINDS } from '../../domain/kinds.ts'
import { changesOf } from '../journal.ts'
import { RECORDS } from '../search-pending.ts'
import { ABOUT_PATIENT, listing } from './activity.ts'
import { howMany, inConflict, MEASURED } from './charts.ts'
import { LAST_PRESCRIBED } from './medications.ts'
import { LATEST, TREND } from './observations.ts'
import { RECENT } from './patient-hits.ts'
import { TestClinic } from './test-clinic.ts'
import { dated, TIMELINE_KINDS, undated } from './timeline.ts'
import { LAST_TOKEN, OF_DAY, OPEN } from './visit-today.ts'
import { LAST_NOTE } from './visits.ts'

let clinic: TestClinic
let patient: string
beforeAll(async () => {
  clinic = await TestClinic.open()
  await clinic.as('front-desk')
  ;({ id: patient } = await clinic.patient({ given: 'Chart', family: 'Holder' }))
})
afterAll(() => clinic.close())

const accesses = () =>
  clinic.context.db.all<{ author: string }>(`select author from journal where kind = 'access' and id = ?`, [patient])

describe('who may', () => {
  test('the front desk finds patients and cannot read a chart', async () => {
    await clinic.as('front-desk')
    expect((await clinic.ask('patient.get', { id: patient })).patient.given).toBe('Chart')
    for (const refused of [
      clinic.refusal('chart.get', { patient }),
      clinic.refusal('chart.timeline', { patient }),
      clinic.refusal('chart.results', { patient }),
      clinic.refusal('chart.record', { kind: 'patient', id: patient }),
      clinic.refusal('observation.trend', { patient, code: '8867-4' }),
      clinic.refusal('allergy.noneKnown', { patient }),
    ]) {
      expect(await refused).toBe('not-permitted')
    }
    expect(accesses()).toEqual([])
  })
  test('a nurse reads and measures, and neither prescribes nor signs', async () => {
    await clinic.as('nurse')
    const medication = { patient, medication: { display: 'Paracetamol' }, status: 'active', intent: 'order' } as const
    expect(await clinic.refusal('medication.add', medication)).toBe('not-permitted')
    expect(await clinic.refusal('condition.add', { patient, code: { display: 'Fever' } })).toBe('not-permitted')
    const { encounter } = await clinic.ask('visit.open', { patient })
    expect(await clinic.refusal('visit.sign', { encounter: encounter.id })).toBe('not-permitted')
    expect(
      await clinic.refusal('conflict.resolve', { kind: 'medication_request', id: patient, field: 'dose', value: 1 }),
    ).toBe('not-permitted')
  })
  test('an admin reads no chart, and registers nobody', async () => {
    await clinic.as('admin')
    expect(await clinic.refusal('chart.get', { patient })).toBe('not-permitted')
    expect(await clinic.refusal('patient.register', { given: 'X', sex: 'other' })).toBe('not-permitted')
  })
})

test('every reading of a chart is on record, once a quarter of an hour', async () => {
  await clinic.as('clinician')
  const before = accesses().length
  await clinic.ask('chart.get', { patient })
  await clinic.ask('chart.timeline', { patient })
  await clinic.ask('chart.record', { kind: 'patient', id: patient })
  expect(accesses().length).toBe(before + 1)
  clinic.clock.now += 16 * 60_000
  await clinic.ask('chart.results', { patient })
  expect(accesses().length).toBe(before + 2)
})

describe('allergies', () => {
  test('none known is said, asked again, and ends with the first allergy', async () => {
    await clinic.as('clinician')
    const { allergy: none } = await clinic.ask('allergy.noneKnown', { patient })
    clinic.clock.now += 60_000
    const { allergy: again } = await clinic.ask('allergy.noneKnown', { patient })
    expect(again.id).toBe(none.id)
    expect(again.recorded).not.toBe(none.recorded)
    const { allergy } = await clinic.ask('allergy.add', {
      patient,
      code: { display: 'Penicillin' },
      criticality: 'high',
    })
    const { allergies } = await clinic.ask('chart.get', { patient })
    expect(allergies.map(({ id, clinicalStatus }) => [id, clinicalStatus]).sort()).toEqual(
      [
        [none.id, 'inactive'],
        [allergy.id, 'active'],
      ].sort(),
    )
    expect(await clinic.refusal('allergy.noneKnown', { patient })).toBe('conflict')
  })

  test('an allergy is warned of before and when it is prescribed against, and so is the same therapy twice', async () => {
    await clinic.as('clinician')
    const check = async (display: string) =>
      (await clinic.ask('medication.check', { patient, medication: { display } })).warnings.map(({ code }) => code)
    expect(await check('Amoxicillin')).toEqual(['allergy'])
    expect(await check('Paracetamol')).toEqual([])
    const line = {
      patient,
      medication: { display: 'Ibuprofen' },
      status: 'active',
      intent: 'order',
      durationDays: 5,
    } as const
    expect((await clinic.ask('medication.add', line)).warnings).toEqual([])
    const { warnings } = await clinic.ask('medication.add', { ...line, medication: { display: 'Diclofenac' } })
    const details = { how: 'group', medicine: 'Diclofenac', with: 'Ibuprofen', through: 'NSAID' }
    expect(warnings).toMatchObject([{ code: 'duplicate', details }])
    // Written down against both: the allergy goes on being said, and nothing is a double of itself.
    const against = { ...line, medication: { display: 'Amoxicillin' } }
    const { medication } = await clinic.ask('medication.add', against)
    const kept = { patient, medication: { display: 'Amoxicillin' }, line: medication.id }
    expect((await clinic.ask('medication.check', kept)).warnings.map(({ code }) => code)).toEqual(['allergy'])
    clinic.clock.now += 6 * 86_400_000
    expect(await check('Ibuprofen')).toEqual([])
  })

  test('two workstations judged one apart: the more dangerous reading is shown until somebody decides', async () => {
    await clinic.as('clinician')
    const { allergy } = await clinic.ask('allergy.add', { patient, code: { display: 'Peanut' } })
    const kind = KINDS.allergy_intolerance
    const base = clinic.heads(kind, allergy.id)
    await clinic.ask('allergy.change', { id: allergy.id, patch: { criticality: 'low' } })
    clinic.elsewhere(kind, allergy.id, base, { criticality: 'high' })
    const { allergies, conflicts } = await clinic.ask('chart.get', { patient })
    expect(allergies.find(({ id }) => id === allergy.id)?.criticality).toBe('high')
    expect(conflicts).toMatchObject([{ kind: 'allergy_intolerance', conflict: { field: 'criticality' } }])
    await clinic.ask('conflict.resolve', {
      kind: 'allergy_intolerance',
      id: allergy.id,
      field: 'criticality',
      value: 'low',
    })
    expect((await clinic.ask('chart.get', { patient })).conflicts).toEqual([])
  })
})

describe('the timeline', () => {
  test('pages through everything, newest first, each once, the undated last', async () => {
    await clinic.as('front-desk')
    const { id } = await clinic.patient()
    await clinic.as('clinician')
    const { store } = clinic.context
    for (let i = 0; i < 30; i++) {
      const at = `2026-${String(1 + (i % 9)).padStart(2, '0')}-10T10:00:00Z`
      store.save(KINDS.condition, { patient: id, code: { display: `Problem ${i}` }, onset: at })
      store.save(KINDS.procedure, { patient: id, code: { display: `Procedure ${i}` }, status: 'completed', start: at })
      if (i % 10 === 0)
        store.save(KINDS.immunization, { patient: id, status: 'completed', vaccine: { display: 'MMR' } })
    }
    store.save(KINDS.condition, { patient: id, code: { display: 'A slip' }, verificationStatus: 'entered-in-error' })
    const seen = []
    let before: string | undefined
    do {
      const page = await clinic.ask('chart.timeline', {
        patient: id,
        limit: 7,
        ...(before !== undefined && { before }),
      })
      seen.push(...page.items)
      before = page.next
    } while (before !== undefined)
    expect(seen).toHaveLength(63)
    expect(new Set(seen.map((item) => item.id)).size).toBe(63)
    const times = seen.map(({ at }) => at ?? '')
    expect(times).toEqual([...times].sort().reverse())
    expect(times.slice(-3)).toEqual(['', '', ''])
    expect(seen.some(({ title }) => title === 'A slip')).toBe(false)
  })
})

test('results show each report with what was measured, of this patient only', async () => {
  await clinic.as('clinician')
  const { store } = clinic.context
  const measured = {
    status: 'final',
    code: { system: 'http://loinc.org', code: '718-7', display: 'Hemoglobin' },
  } as const
  const [own, foreign] = [patient, clinic.context.user.id].map((who) =>
    store.save(KINDS.observation, { ...measured, patient: who, value: { value: 9, unit: 'g/dL' }, flag: 'L' }),
  )
  store.save(KINDS.diagnostic_report, {
    patient,
    status: 'final',
    code: { display: 'Blood count' },
    effective: '2026-01-01',
    results: [own?.id ?? '', foreign?.id ?? ''],
  })
  const { reports } = await clinic.ask('chart.results', { patient })
  expect(reports[0]?.observations.map(({ id }) => id)).toEqual([own?.id])
})

describe('no list reads a whole table', () => {
  const queries: [string, () => string[]][] = [
    ['recent patients', () => [RECENT]],
    ['patients who wait for the index, but for those who wait', () => [RECORDS]],
    ['today', () => [OF_DAY, OPEN, LAST_TOKEN]],
    ['measurements', () => [TREND, LATEST, MEASURED]],
    ['note and prescription', () => [LAST_NOTE, LAST_PRESCRIBED]],
    ['timeline', () => TIMELINE_KINDS.flatMap((kind) => [dated(kind), undated(kind)])],
    [
      'conflicts and counts',
      () =>
        Object.values<AnyKind>(KINDS)
          .filter((it) => it.patient)
          .flatMap((it) => [inConflict(it), howMany(it)]),
    ],
    ['history', () => [changesOf('observation')]],
    ['activity', () => [...listings(), ...ABOUT_PATIENT.map((about) => about({}))]],
    [
      'lists of a chart and of a visit',
      () =>
        Object.values<AnyKind>(KINDS)
          .filter((it) => it.patient)
          .flatMap(({ name, columns }) => [
            `select * from ${name} where patient = ? order by _at desc, id desc limit 500`,
            ...(columns.some((column) => column.name === 'encounter')
              ? [`select * from ${name} where encounter = ? order by _at, id limit 500`]
              : []),
          ]),
    ],
  ]
  const listings = () => [
    listing({}),
    listing({ author: 'a' }),
    listing({ kind: 'access' }),
    listing({ kind: 'change' }),
    listing({ author: 'a', kind: 'session' }),
  ]
  test.each(queries)('%s', (_, made) => {
    for (const sql of made()) {
      const scans = clinic.plan(sql).filter((step) => /^SCAN (?!CONSTANT|named|json_each|later)/.test(step))
      expect(scans, `${sql}\n${clinic.plan(sql).join('\n')}`).toEqual([])
    }
  })
  test('nor sorts the journal to show its newest page', () => {
    for (const sql of listings()) expect(clinic.plan(sql).join('\n'), sql).not.toMatch(/USE TEMP B-TREE FOR ORDER BY/)
  })
})

describe('the activity page', () => {
  test('says in words who did what to whose record, page by page, and never what the record says', async () => {
    await clinic.as('admin')
    const seen = []
    let before: string | undefined
    do {
      const page = await clinic.ask('activity.list', { limit: 20, ...(before !== undefined && { before }) })
      seen.push(...page.entries)
      before = page.next
    } while (before !== undefined)
    const total = clinic.context.db.get<{ n: number }>('select count(*) as n from journal')?.n
    expect(seen).toHaveLength(total ?? 0)
    expect(new Set(seen.map(({ hash }) => hash)).size).toBe(total)
    expect(seen.map(({ at }) => at)).toEqual(
      seen
        .map(({ at }) => at)
        .sort()
        .reverse(),
    )
    const said = JSON.stringify(seen)
    for (const secret of ['Penicillin', 'Peanut', 'Ibuprofen', 'Hemoglobin', '2026-01-01'])
      expect(said).not.toContain(secret)
    expect(seen.find(({ summary }) => summary === 'Opened a chart')).toMatchObject({
      authorName: 'Dr Asha Rao',
      patient,
      patientName: 'HOLDER, Chart',
    })
    expect(seen.some(({ summary }) => summary === 'Registered a patient')).toBe(true)
    expect(seen.some(({ summary }) => summary === 'Changed an allergy: criticality')).toBe(true)
  })
  test('is filtered by author, kind and patient', async () => {
    await clinic.as('admin')
    const { id: me } = clinic.context.user
    const list = async (filter: object) => (await clinic.ask('activity.list', filter)).entries
    expect(new Set((await list({ author: me })).map(({ author }) => author))).toEqual(new Set([me]))
    expect(new Set((await list({ kind: 'access' })).map(({ kind }) => kind))).toEqual(new Set(['access']))
    const about = await list({ patient, limit: 500 })
    expect(new Set(about.map((entry) => entry.patient))).toEqual(new Set([patient]))
    expect(about.some(({ record }) => record === 'allergy_intolerance')).toBe(true)
  })
  test('is the admin’s alone', async () => {
    await clinic.as('clinician')
    expect(await clinic.refusal('activity.list', {})).toBe('not-permitted')
  })
})
