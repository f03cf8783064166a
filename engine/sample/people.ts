/**
 * Invented people, and plainly so: every given name begins with “Sample”, every family name is one that nobody bears, and
 * the telephone numbers are of a series that is never given out.
 */
import type { Resource } from '../../domain/fhir/fhir.ts'
import { type Day, daysBefore } from './day.ts'
import type { Random } from './random.ts'

const GIVEN = {
  female: [
    'Asha',
    'Lakshmi',
    'Meena',
    'Fatima',
    'Anjali',
    'Sunita',
    'Kavita',
    'Mary',
    'Harpreet',
    'Ayesha',
    'Padma',
    'Rekha',
  ],
  male: [
    'Ravi',
    'Arjun',
    'Imran',
    'Suresh',
    'Joseph',
    'Gurdeep',
    'Vikram',
    'Mohan',
    'Anil',
    'Yusuf',
    'Karthik',
    'Deepak',
  ],
} as const
const ROOTS = ['Test', 'Demo', 'Mock', 'Trial', 'Proof', 'Draft', 'Dummy', 'Pilot', 'Model', 'Example']
const ENDINGS = ['wala', 'pur', 'kar', 'nath', 'iyer', 'singh', 'bhai', 'rao', 'das', 'ani', 'gowda', 'ullah']
const PLACES = [
  ['Samplepur', 'Karnataka', '560999'],
  ['Demonagar', 'Maharashtra', '411999'],
  ['Testganj', 'Uttar Pradesh', '226999'],
  ['Mockpet', 'Tamil Nadu', '600999'],
] as const
const LANGUAGES = ['hi', 'en-IN', 'kn', 'ta', 'mr', 'ur']
const BLOOD = ['A+', 'B+', 'O+', 'AB+', 'A-', 'B-', 'O-']

/** A few whom guides and demonstrations can count on, by their number. */
const KNOWN: ReadonlyMap<number, { sex: 'female' | 'male'; given: string; family: string; age: number }> = new Map([
  [1, { sex: 'female', given: 'Asha', family: 'Testwala', age: 46 }],
  [2, { sex: 'female', given: 'Lakshmi', family: 'Demoiyer', age: 58 }],
  [3, { sex: 'male', given: 'Imran', family: 'Mockullah', age: 7 }],
])

export interface Person {
  id: string
  sex: 'female' | 'male'
  name: string
  born: Day
  age: number
  resource: Resource
}

export function person(random: Random, today: Day, number: number): Person {
  const id = random.uuid()
  const known = KNOWN.get(number)
  const sex = known?.sex ?? (random.chance(0.52) ? 'female' : 'male')
  const age = known ? known.age : random.chance(0.2) ? random.between(0, 14) : random.between(15, 88)
  const born = daysBefore(today, age * 365.25 + random.between(1, 364))
  const given = `Sample ${known?.given ?? random.pick(GIVEN[sex])}`
  const family = known?.family ?? random.pick(ROOTS) + random.pick(ENDINGS)
  const [city, state, postalCode] = random.pick(PLACES)
  const estimated = age > 40 && random.chance(0.2)
  const resource: Resource = {
    resourceType: 'Patient',
    id,
    extension: [
      ...(estimated ? [{ url: 'urn:alcove:birth-date-estimated', valueBoolean: true }] : []),
      ...(random.chance(0.6) ? [{ url: 'urn:alcove:blood-group', valueString: random.pick(BLOOD) }] : []),
    ],
    identifier: [{ system: 'urn:alcove:mrn', value: `S-${String(number).padStart(5, '0')}` }],
    active: true,
    name: [{ use: 'official', family, given: [given] }],
    telecom: [{ system: 'phone', value: `+91 00000 ${String(random.between(0, 99_999)).padStart(5, '0')}` }],
    gender: sex,
    // What was reckoned from an age is known to the year.
    birthDate: estimated ? born.slice(0, 4) : born,
    address: [
      {
        line: [`${random.between(1, 400)}, ${random.between(1, 12)}th Sample Road`],
        city,
        state,
        postalCode,
        country: 'IN',
      },
    ],
    ...(age < 15 && {
      contact: [
        { relationship: [{ text: 'mother' }], name: { text: `Sample ${random.pick(GIVEN.female)} ${family}` } },
      ],
    }),
    communication: [
      { language: { coding: [{ system: 'urn:ietf:bcp:47', code: random.pick(LANGUAGES) }] }, preferred: true },
    ],
  }
  if ((resource.extension as unknown[]).length === 0) delete resource.extension
  return { id, sex, name: `${given} ${family}`, born, age, resource }
}

export function doctors(random: Random): Resource[] {
  return [
    ['Sample Nandini', 'Proofdas', 'MBBS, MD (General Medicine)', 'SMC-00001'],
    ['Sample Farhan', 'Trialkar', 'MBBS, DCH', 'SMC-00002'],
    ['Sample Grace', 'Modelnath', 'MBBS', 'SMC-00003'],
  ].map(([given, family, qualification, license]) => ({
    resourceType: 'Practitioner',
    id: random.uuid(),
    identifier: [
      {
        type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MD' }] },
        value: license as string,
      },
    ],
    active: true,
    name: [{ use: 'official', family: family as string, given: [given as string], prefix: ['Dr'] }],
    qualification: [{ code: { text: qualification as string } }],
  }))
}
