/**
 * A clinic of invented people, made anew from a seed each time: for the demo, for a newcomer's first look, for benches
 * and tests. The same seed and day give the same clinic, resource by resource, so it can be streamed and made again.
 */
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Resource } from '../../domain/fhir/fhir.ts'
import { Chart, type Doctor } from './chart.ts'
import type { Clock } from './day.ts'
import { doctors, person } from './people.ts'
import { Random } from './random.ts'

/** Ages and visits count back from the day on which the clinic is looked at. */
export interface SampleOptions extends Clock {
  patients: number
  seed?: number
  /** Only the people, without charts: for searches among very many. */
  patientsOnly?: boolean
  /** How many of them come today; a fifth, at most 24, if left out. */
  visitsToday?: number
}

const STAGES = ['finished', 'finished', 'finished', 'in-progress', 'triaged', 'arrived'] as const

/** Every resource of the sample, those of a patient one after the other. */
export function* sampleResources({ patients, seed = 1, ...options }: SampleOptions): Generator<Resource> {
  const visitsToday = options.visitsToday ?? Math.min(24, Math.floor(patients / 5))
  const staff = doctors(new Random(seed))
  if (!options.patientsOnly) yield* staff
  const known: Doctor[] = staff.map(({ id, name }) => {
    const [{ prefix, given, family }] = name as unknown as [{ prefix: string[]; given: string[]; family: string }]
    return { id: String(id), name: `${prefix} ${given} ${family}` }
  })
  for (let number = 1; number <= patients; number++) {
    // A generator of its own for each, so that a patient is the same whatever came before.
    const random = new Random(seed * 1_000_003 + number * 7919)
    const who = person(random, options.today, number)
    if (options.patientsOnly) {
      yield who.resource
      continue
    }
    const chart = new Chart(random, who, known, options)
    yield* chart.resources()
    if (number <= visitsToday) {
      const stage = STAGES[Math.floor(((number - 1) / visitsToday) * STAGES.length)] ?? 'arrived'
      yield* chart.today(number, visitsToday, stage)
    }
  }
}

/** The sample as the text of a FHIR transaction bundle, piece by piece. `each` is told of every resource. */
export function* sampleBundle(options: SampleOptions, each?: (resource: Resource) => void): Generator<string> {
  let text = '{"resourceType":"Bundle","type":"transaction","entry":['
  let first = true
  for (const resource of sampleResources(options)) {
    each?.(resource)
    const { resourceType, id } = resource
    const request = { method: 'PUT', url: `${resourceType}/${id}` }
    text += `${first ? '' : ','}\n${JSON.stringify({ fullUrl: `urn:uuid:${id}`, resource, request })}`
    first = false
    if (text.length < 65_536) continue
    yield text
    text = ''
  }
  yield `${text}\n]}\n`
}

/** Writes the sample's bundle to a file, and tells how much is in it. */
export async function writeSample(
  path: string,
  options: SampleOptions,
): Promise<{ patients: number; resources: number }> {
  const written = { patients: 0, resources: 0 }
  const pieces = sampleBundle(options, ({ resourceType }) => {
    written.resources++
    if (resourceType === 'Patient') written.patients++
  })
  await pipeline(Readable.from(pieces), createWriteStream(path, { mode: 0o600 }))
  return written
}
