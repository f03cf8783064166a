import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EXPORTED_KINDS, fromFhir, kindFor, toFhir } from '../../domain/fhir/fhir.ts'
import { anyRecord } from '../../domain/fhir/records.arbitrary.ts'
import { sampleResources } from '../../engine/sample/sample.ts'
import { problemsOf } from './independent.ts'

const ID = '0190b5f0-0000-7000-8000-000000000001'
const links = (reference: string) => reference.slice('urn:uuid:'.length)

test('the sample clinic is valid FHIR R4, as it is made and as Alcove writes it', () => {
  const told = new Map<string, number>()
  for (const resource of sampleResources({ patients: 40, today: '2026-11-21' })) {
    const count = (told.get(resource.resourceType) ?? 0) + 1
    told.set(resource.resourceType, count)
    if (count > 40) continue
    expect(problemsOf(resource)).toEqual([])
    const kind = kindFor(resource.resourceType)
    const read = fromFhir(resource, links)
    expect(read?.kind).toBe(kind)
    // Without its source a record is written from its fields alone, as one that was made here.
    const { source: _, ...fields } = read?.fields ?? {}
    const { resource: own } = toFhir(read?.kind ?? 'patient', { id: resource.id, ...fields } as never)
    expect(problemsOf(own)).toEqual([])
  }
}, 120_000)

for (const kind of EXPORTED_KINDS) {
  if (kind === 'unmodeled' || kind === 'user') continue
  test(`any ${kind} is written as valid FHIR R4`, () => {
    fc.assert(
      fc.property(anyRecord(kind), (fields) => {
        // FHIR's own rule (con-4), which is the clinician's to keep: what has ended is not active.
        fc.pre(!(kind === 'condition' && fields.abatement && fields.clinicalStatus !== 'resolved'))
        expect(problemsOf(toFhir(kind, { id: ID, ...fields } as never).resource)).toEqual([])
      }),
      { numRuns: 40 },
    )
  }, 120_000)
}
