import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { KINDS } from '../../domain/kinds.ts'
import { exportFile } from '../export/export-file.ts'
import { importFile } from './import-file.ts'
import { openStore } from './open-store.fixture.ts'

const ASHA = '0190b5f0-0000-7000-8000-000000000001'
const VISIT = '0190b5f0-0000-7000-8000-000000000002'
const PULSE = '0190b5f0-0000-7000-8000-000000000003'
const urn = (id: string) => ({ reference: `urn:uuid:${id}` })

type Any = Record<string, unknown>
const asha = (more: Any = {}): Any => ({
  resourceType: 'Patient',
  id: ASHA,
  name: [{ family: 'Testwala', given: ['Sample Asha'] }],
  gender: 'female',
  birthDate: '1970-01-12',
  ...more,
})
const visit = (more: Any = {}): Any => ({
  resourceType: 'Encounter',
  id: VISIT,
  status: 'finished',
  class: { code: 'AMB' },
  subject: urn(ASHA),
  ...more,
})
const pulse = (more: Any = {}): Any => ({
  resourceType: 'Observation',
  id: PULSE,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }], text: 'Pulse' },
  subject: urn(ASHA),
  encounter: urn(VISIT),
  valueQuantity: { value: 72, unit: '/min' },
  ...more,
})
const bundle = (
  resources: Any[],
  entry: (resource: Any) => Any = (it) => ({ fullUrl: `urn:uuid:${it.id}`, resource: it }),
) => JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry: resources.map(entry) })

let clinic: ReturnType<typeof openStore>
beforeEach(() => {
  clinic = openStore()
})
afterEach(() => clinic.close())

const bring = (content: string | Buffer, name = 'file.json') => importFile(clinic, clinic.write(name, content))
const exported = () => {
  const path = join(clinic.dir, 'out.json')
  const { resources, bytes } = exportFile(clinic, path)
  const text = readFileSync(path)
  expect(text.length).toBe(bytes)
  const { entry } = JSON.parse(text.toString()) as { entry: { fullUrl: string; resource: Any }[] }
  expect(entry).toHaveLength(resources)
  return entry
}

describe('an import', () => {
  test('takes in every resource, whatever their order in the file, and counts them', () => {
    const goal = { resourceType: 'Goal', id: 'g1', lifecycleStatus: 'active', subject: urn(ASHA) }
    const report = bring(bundle([goal, pulse(), visit(), asha()], (it) => ({ resource: it })))
    expect(report).toMatchObject({
      patients: 1,
      records: { patient: 1, encounter: 1, observation: 1 },
      kept: { Goal: 1 },
      unchanged: 0,
      failed: [],
    })
    expect(clinic.store.get(KINDS.observation, PULSE)).toMatchObject({ patient: ASHA, encounter: VISIT })
    expect(clinic.store.list(KINDS.unmodeled)[0]).toMatchObject({ resourceType: 'Goal', patient: ASHA })
    expect(exported().map(({ resource }) => resource)).toEqual(
      expect.arrayContaining([goal, pulse(), visit(), asha()].map((it) => expect.objectContaining(it))),
    )
  })

  test('of NDJSON, of a single resource and of an indented bundle are the same', () => {
    const lines = [asha(), visit(), pulse()].map((it) => JSON.stringify(it)).join('\r\n')
    expect(bring(`${lines}\n\n`, 'all.ndjson')).toMatchObject({ patients: 1, failed: [] })
    expect(bring(JSON.stringify(asha(), null, 2))).toMatchObject({ unchanged: 1, failed: [] })
    const indented = JSON.stringify(JSON.parse(bundle([asha(), visit(), pulse()])), null, '\t')
    expect(bring(`\ufeff${indented}`)).toMatchObject({ patients: 0, unchanged: 3, failed: [] })
    expect(clinic.entries()).toBe(3)
  })

  test('does not mistake the entries of a list for those of a bundle', () => {
    const list = { resourceType: 'List', id: 'l', status: 'current', mode: 'working', entry: [{ item: urn(PULSE) }] }
    expect(bring(JSON.stringify(list))).toMatchObject({ kept: { List: 1 }, failed: [] })
  })

  test('a second time writes nothing at all', () => {
    const file = bundle([asha(), visit(), pulse(), { resourceType: 'Goal', id: 'g1' }])
    bring(file)
    const before = clinic.entries()
    expect(bring(file)).toMatchObject({ patients: 0, records: {}, kept: {}, unchanged: 4, failed: [] })
    expect(clinic.entries()).toBe(before)
  })

  test('of what this clinic exported writes nothing at all', () => {
    clinic.store.save(KINDS.patient, { id: ASHA, family: 'Testwala', sex: 'female' })
    bring(bundle([visit(), pulse({ note: [{ text: 'calm' }] })]))
    exported()
    const before = clinic.entries()
    expect(importFile(clinic, join(clinic.dir, 'out.json'))).toMatchObject({ unchanged: 3, failed: [] })
    expect(clinic.entries()).toBe(before)
  })

  test('of a changed file notes only what has changed', () => {
    bring(bundle([asha({ telecom: [{ system: 'phone', value: '1' }] }), pulse()]))
    const report = bring(bundle([asha({ telecom: [{ system: 'phone', value: '2' }] }), pulse()]))
    expect(report).toMatchObject({ patients: 1, unchanged: 1 })
    const { body } = clinic.db.get<{ body: string }>('select body from journal order by dseq desc') as { body: string }
    expect(Object.keys(JSON.parse(body).fields).sort()).toEqual(['phones', 'source'])
  })

  test('keeps what was changed here, and shows as a conflict what both have changed', () => {
    bring(bundle([asha()]))
    clinic.store.change(KINDS.patient, ASHA, { birthDate: '1971-01-12', email: 'a@example.org' })
    bring(bundle([asha({ birthDate: '1972-01-12', active: true })]))
    expect(clinic.store.get(KINDS.patient, ASHA)).toMatchObject({ email: 'a@example.org', active: true })
    expect(clinic.store.conflicts(KINDS.patient, ASHA)).toMatchObject([
      { field: 'birthDate', rivals: expect.arrayContaining([expect.objectContaining({ value: '1971-01-12' })]) },
    ])
  })

  test('corrects a sealed record that came from elsewhere, and never one that was signed here', () => {
    bring(bundle([asha(), pulse()]))
    expect(bring(bundle([pulse({ status: 'entered-in-error' })]))).toMatchObject({ records: { observation: 1 } })
    const mine = clinic.store.save(KINDS.observation, {
      patient: ASHA,
      status: 'final',
      code: { display: 'Pulse' },
      valueText: '80',
    })
    const before = clinic.entries()
    const report = bring(bundle([pulse({ id: mine.id, valueQuantity: { value: 60 } })]))
    expect(report.failed).toMatchObject([
      { where: 'entry[0].resource', reason: expect.stringContaining('signed here') },
    ])
    expect(clinic.entries()).toBe(before)
  })

  test('keeps two resources of different types that bear one id', () => {
    const twins = [{ resourceType: 'Claim', id: ASHA }, { resourceType: 'Goal', id: ASHA }, asha()]
    expect(bring(bundle(twins, (it) => ({ resource: it })))).toMatchObject({ kept: { Claim: 1, Goal: 1 }, patients: 1 })
    expect(bring(bundle(twins, (it) => ({ resource: it })))).toMatchObject({ unchanged: 3 })
    expect(
      exported()
        .map(({ resource }) => resource.resourceType)
        .sort(),
    ).toEqual(['Claim', 'Goal', 'Patient'])
  })

  test('tells how far it is', () => {
    const told: number[] = []
    const many = Array.from({ length: 1200 }, (_, at) => ({ resourceType: 'Goal', id: `g${at}` }))
    const path = clinic.write(
      'many.json',
      bundle(many, (it) => ({ resource: it })),
    )
    importFile(clinic, path, (done, total) => told.push(done / total))
    expect(told).toHaveLength(2)
    expect(told.every((part) => part > 0 && part <= 1)).toBe(true)
  })
})

describe('references', () => {
  test('to resources with ids that are no UUIDs resolve, within a file and between files', () => {
    const ref = { reference: 'Patient/p.1' }
    const report = bring(
      [asha({ id: 'p.1' }), visit({ id: 'v-1', subject: ref })].map((it) => JSON.stringify(it)).join('\n'),
    )
    expect(report.failed).toEqual([])
    bring(JSON.stringify(pulse({ id: 'o1', subject: ref, encounter: { reference: 'Encounter/v-1/_history/2' } })))
    const [patient] = clinic.store.list(KINDS.patient)
    const [encounter] = clinic.store.list(KINDS.encounter)
    expect(patient?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-/)
    expect(clinic.store.list(KINDS.observation)[0]).toMatchObject({ patient: patient?.id, encounter: encounter?.id })
    expect(
      exported()
        .map(({ resource }) => resource.id)
        .sort(),
    ).toEqual(['o1', 'p.1', 'v-1'])
  })

  test('to another server’s resource of the same number do not meet ours', () => {
    for (const server of ['https://a.example/fhir/', 'https://b.example/fhir/']) {
      const report = bring(
        bundle([asha({ id: '1' }), visit({ id: '7', subject: { reference: 'Patient/1' } })], (it) => ({
          fullUrl: `${server}${it.resourceType}/${it.id}`,
          resource: it,
        })),
      )
      expect(report).toMatchObject({ patients: 1, records: { encounter: 1 }, failed: [] })
    }
    const patients = clinic.store.list(KINDS.patient).map(({ id }) => id)
    expect(new Set(clinic.store.list(KINDS.encounter).map(({ patient }) => patient))).toEqual(new Set(patients))
    // What is written here is led to the URL under which the patient goes out.
    clinic.store.save(KINDS.condition, { patient: patients[0] as string, code: { display: 'Cough' } })
    const out = exported()
    const urls = out.filter(({ resource }) => resource.resourceType === 'Patient').map(({ fullUrl }) => fullUrl)
    const conditions = out.filter(({ resource }) => resource.resourceType === 'Condition')
    expect(conditions).toHaveLength(1)
    expect(conditions.every(({ resource }) => urls.includes((resource.subject as Any).reference as string))).toBe(true)
  })

  test('by another name than the id resolve, also when the name comes later in the file', () => {
    const name = '0190b5f0-0000-4000-8000-00000000000f'
    const entry = (it: Any) => ({ fullUrl: `urn:uuid:${it.resourceType === 'Patient' ? name : it.id}`, resource: it })
    const file = bundle([visit({ subject: urn(name) }), asha()], entry)
    expect(bring(file)).toMatchObject({ patients: 1, records: { encounter: 1 }, failed: [] })
    expect(clinic.store.get(KINDS.encounter, VISIT)?.patient).toBe(ASHA)
    expect(clinic.entries()).toBe(2)
    expect(bring(file)).toMatchObject({ unchanged: 2 })
    const out = exported()
    expect(out.map(({ fullUrl }) => fullUrl)).toContain(`urn:uuid:${name}`)
  })

  test('by a search resolve: in the clinic, before and after in the file, and once the one meant has come', () => {
    const doctor = (id: string, value: string): Any => ({
      resourceType: 'Practitioner',
      id,
      name: [{ family: 'Sampledoc' }],
      identifier: [{ system: 'http://npi', value }],
    })
    const seenBy = (id: string, value: string) =>
      visit({ id, participant: [{ individual: { reference: `Practitioner?identifier=http://npi|${value}` } }] })
    const [d1, d2, d3, v1, v2, v3] = [1, 2, 3, 4, 5, 6].map((n) => `0190b5f0-0000-7000-8000-00000000001${n}`) as [
      string,
      string,
      string,
      string,
      string,
      string,
    ]
    bring(JSON.stringify(doctor(d1, 'one')))
    const file = bundle([asha(), seenBy(v1, 'one'), seenBy(v2, 'two'), doctor(d2, 'two'), seenBy(v3, 'three')])
    expect(bring(file)).toMatchObject({ records: { encounter: 3 }, failed: [] })
    const by = (id: string) => clinic.store.get(KINDS.encounter, id)?.practitioner
    expect([by(v1), by(v2), by(v3)]).toEqual([d1, d2, undefined])
    bring(JSON.stringify(doctor(d3, 'three')))
    expect(bring(file)).toMatchObject({ records: { encounter: 1 }, unchanged: 4 })
    expect(by(v3)).toBe(d3)
  })
})

describe('a broken file changes nothing and says where it is broken', () => {
  const long = 'x'.repeat(50 * 1024 * 1024)
  const good = JSON.stringify(pulse())
  const cases: [string, () => string | Buffer, string, string][] = [
    ['empty', () => '', 'line 1', 'empty'],
    ['blank', () => '\n \n', 'line 1', 'empty'],
    ['not JSON', () => 'Dear all, please find', 'line 1', 'not FHIR in JSON'],
    ['a list', () => `[${good}]`, 'line 1', 'not FHIR in JSON'],
    ['CSV', () => 'id,name\n1,"A"', 'line 1', 'not FHIR in JSON'],
    ['gzip', () => gzipSync(bundle([asha()])), 'line 1', 'gzip'],
    ['UTF-16', () => Buffer.from(`\ufeff${bundle([asha()])}`, 'utf16le'), 'line 1', 'UTF-8'],
    ['cut in an entry', () => bundle([asha(), pulse()]).slice(0, -60), 'entry[1]', 'ends in the middle'],
    ['cut after an entry', () => bundle([asha(), pulse()]).slice(0, -2), 'entry[2]', 'ends in the middle'],
    ['cut after the entries', () => bundle([asha()]).slice(0, -1), 'line 1', 'ends in the middle'],
    ['cut in a line', () => `${good}\n${good.slice(0, 50)}`, 'line 2', 'ends in the middle'],
    ['a missing comma', () => bundle([asha(), pulse()]).replace('}},{', '}}{'), 'entry[1]', 'not valid JSON'],
    ['a comma too many', () => bundle([asha()]).replace('}}]}', '}},]}'), 'entry[1]', 'not valid JSON'],
    ['a wrong bracket', () => bundle([asha()]).replace('}}]}', '}}}}'), 'entry[1]', 'not valid JSON'],
    ['broken JSON', () => bundle([asha()]).replace('"female"', 'female'), 'entry[0]', 'not valid JSON'],
    ['broken NDJSON', () => `${good}\n\n{"resourceType":}\n`, 'line 3', 'not valid JSON'],
    ['rubbish behind', () => `${bundle([asha()])}x`, 'line 1', 'not FHIR in JSON'],
    ['no bundle', () => bundle([asha()]).replace('"resourceType":"Bundle",', ''), 'line 1', 'not a FHIR bundle'],
    ['a history', () => bundle([asha()]).replace('"transaction"', '"history"'), 'line 1: type', 'transaction'],
    [
      'a name given twice',
      () => bundle([asha()]).replace('"gender"', '"birthDate":"1960","gender"'),
      'entry[0].resource',
      'twice',
    ],
    [
      'a bundle’s name given twice',
      () => bundle([asha()]).replace('"type"', '"type":"batch","type"'),
      'line 1',
      'twice',
    ],
    ['an entry that is none', () => '{"resourceType":"Bundle","type":"batch","entry":[1]}', 'entry[0]', 'not valid'],
    [
      'entries that are no list',
      () => '{"resourceType":"Bundle","type":"batch","entry":{"a":1}}',
      'line 1: entry',
      'list',
    ],
    ['an entry of text', () => '{"resourceType":"Bundle","type":"batch","entry":["a"]}', 'entry[0]', 'not valid'],
    ['an entry without resource', () => bundle([asha()], () => ({ fullUrl: 'urn:x' })), 'entry[0]', 'no resource'],
    [
      'a deletion',
      () => bundle([asha()], () => ({ request: { method: 'DELETE', url: 'Patient/1' } })),
      'entry[0]',
      'deleted',
    ],
    ['a wrong type', () => bundle([pulse(), asha({ birthDate: 12 })]), 'entry[1].resource.birthDate', 'text'],
    ['a wrong type in a line', () => `${good}\n${JSON.stringify(asha({ name: 'A' }))}`, 'line 2: name', 'list'],
    [
      'a prototype key',
      () => bundle([asha()]).replace('"family"', '"__proto__"'),
      'entry[0].resource.name[0].__proto__',
      'element',
    ],
    ['a constructor', () => bundle([asha({ constructor: 1 })]), 'entry[0].resource.constructor', 'element'],
    ['a very long text', () => bundle([pulse(), asha({ name: [{ family: long }] })]), 'entry[1]', 'larger'],
    ['a very long line', () => JSON.stringify(asha({ name: [{ family: long }] })), 'line 1', 'larger'],
    ['deep nesting', () => `${good}\n${'{"a":'.repeat(100_000)}`, 'line 2', 'deep'],
    [
      'deep nesting in an entry',
      () => bundle([asha({ x: '?' })]).replace('"?"', '['.repeat(100_000)),
      'entry[0]',
      'deep',
    ],
    [
      'bytes that are not UTF-8',
      () => Buffer.from(bundle([asha()]).replace('Asha', 'Ash\u00e0'), 'latin1'),
      'entry[0]',
      'not UTF-8',
    ],
    [
      'half a character',
      () => bundle([asha()]).replace('Asha', '\\ud83d'),
      'entry[0].resource.name[0].given[0]',
      'half',
    ],
  ]
  test.each(cases)('%s', (_, content, where, reason) => {
    bring(bundle([asha(), visit(), pulse()]))
    const before = clinic.entries()
    const path = clinic.write('broken.json', content())
    const report = importFile(clinic, path)
    expect(report).toEqual({ patients: 0, records: {}, kept: {}, unchanged: 0, ms: report.ms, failed: report.failed })
    expect(report.failed).toMatchObject([{ file: path, where }])
    expect(report.failed[0]?.reason).toContain(reason)
    // A sentence, and none of what the file says.
    expect(report.failed[0]?.reason).toMatch(/^[A-Z].*\.$/)
    expect(report.failed[0]?.reason).not.toMatch(/Testwala|Asha/)
    expect(clinic.entries()).toBe(before)
    expect(clinic.db.inTransaction).toBe(false)
  })

  test('a folder, and a file that is not there', () => {
    mkdirSync(join(clinic.dir, 'folder'))
    expect(importFile(clinic, join(clinic.dir, 'folder')).failed[0]?.reason).toContain('folder')
    expect(importFile(clinic, join(clinic.dir, 'nowhere')).failed[0]?.reason).toContain('no such file')
  })

  test('somebody else under a number that is taken here', () => {
    bring(JSON.stringify(asha({ id: '1' })))
    const other = asha({ id: '1', name: [{ family: 'Anyone', given: ['Else'] }], birthDate: '1999-09-09' })
    expect(bring(JSON.stringify(other)).failed).toMatchObject([
      { where: 'line 1', reason: expect.stringContaining('another name') },
    ])
    expect(clinic.store.list(KINDS.patient)).toMatchObject([{ family: 'Testwala' }])
  })
})

test('names in any script, and names that are SQL, are names', () => {
  const names = ["Robert'); DROP TABLE patient;--", '👩‍⚕️ राम', 'محمد\u202eabc', '%_"\\']
  const people = names.map((family, at) => asha({ id: `p${at}`, name: [{ family }] }))
  expect(bring(bundle(people, (it) => ({ resource: it })))).toMatchObject({ patients: 4, failed: [] })
  expect(
    clinic.store
      .list(KINDS.patient)
      .map(({ family }) => family)
      .sort(),
  ).toEqual([...names].sort())
})

test('an export is for this user’s eyes, and leaves nothing half written', () => {
  bring(bundle([asha()]))
  exported()
  expect(statSync(join(clinic.dir, 'out.json')).mode & 0o777).toBe(0o600)
  expect(() => exportFile(clinic, join(clinic.dir, 'nowhere', 'out.json'))).toThrow('no such folder')
  expect(() => exportFile(clinic, clinic.dir)).toThrow('not a folder')
})

test('a file does not take a record out of a patient’s chart by naming another as its subject', () => {
  const other = '5b0e6a3c-2f0c-4a55-9d1f-0c6a5e0b9a11'
  bring(bundle([asha(), asha({ id: other, name: [{ family: 'Other' }] }), pulse()]))
  const before = clinic.entries()
  expect(bring(bundle([pulse({ subject: urn(other) })])).failed).toMatchObject([
    { where: 'entry[0].resource', reason: expect.stringContaining('another patient') },
  ])
  expect(clinic.entries()).toBe(before)
})

test('what was written here is not overwritten by a file that knows its id: both values are kept, and a person is asked', () => {
  bring(bundle([asha()]))
  const { id } = clinic.store.save(KINDS.allergy_intolerance, {
    patient: ASHA,
    code: { display: 'Penicillin' },
    clinicalStatus: 'active',
  })
  const dust = { resourceType: 'AllergyIntolerance', id, patient: urn(ASHA), code: { text: 'Dust' } }
  expect(bring(bundle([dust]))).toMatchObject({ failed: [] })
  const [conflict] = clinic.store.conflicts(KINDS.allergy_intolerance, id)
  expect(conflict).toMatchObject({ field: 'code', policy: 'review' })
  expect(conflict?.rivals.map(({ value }) => (value as { display: string }).display).sort()).toEqual([
    'Dust',
    'Penicillin',
  ])
})
