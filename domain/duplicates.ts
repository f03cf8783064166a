/** How likely two descriptions are of the same person: by name, how it sounds, birth date, phone and sex. */
import { phoneticKey } from './phonetic.ts'
import { wordsOf } from './script.ts'
import { similarity } from './slips.ts'

export interface Described {
  family?: string | undefined
  given?: string | undefined
  birthDate?: string | undefined
  phones?: readonly string[] | undefined
  sex?: string | undefined
}

export interface Likeness {
  /** 0 to 1; 1 is the same in everything that tells people apart. */
  score: number
  why: ('name' | 'nameSounds' | 'birthDate' | 'phone')[]
}

const WEIGHTS = { name: 0.5, birthDate: 0.3, phone: 0.2 }
/** A name alone, however alike, is not a person. */
const LEAST_KNOWN = 0.8

export function likeness(a: Described, b: Described): Likeness {
  const why: Likeness['why'] = []
  const name = nameLikeness(a, b)
  if (name >= 0.95) why.push('name')
  else if (name >= 0.7) why.push('nameSounds')
  let known = WEIGHTS.name
  let sum = WEIGHTS.name * name
  if (a.birthDate && b.birthDate) {
    const born = dateLikeness(a.birthDate, b.birthDate)
    if (born >= 0.5) why.push('birthDate')
    known += WEIGHTS.birthDate
    sum += WEIGHTS.birthDate * born
  }
  if (a.phones?.length && b.phones?.length) {
    const shared = a.phones.map(phoneEnd).some((phone) => phone.length >= 6 && b.phones?.map(phoneEnd).includes(phone))
    if (shared) why.push('phone')
    known += WEIGHTS.phone
    sum += shared ? WEIGHTS.phone : 0
  }
  const otherSex = isKnown(a.sex) && isKnown(b.sex) && a.sex !== b.sex
  const score = (sum / Math.max(LEAST_KNOWN, known)) * (otherSex ? 0.6 : 1)
  return { score: Math.round(score * 1000) / 1000, why }
}

/** The words of both names in pairs, the most alike first, whichever is given and which family. */
function nameLikeness(a: Described, b: Described): number {
  const [mine, other] = [words(a), words(b)]
  const few = Math.min(mine.length, other.length)
  if (few === 0) return 0
  const pairs = mine
    .flatMap((word, i) => other.map((it, j) => ({ i, j, alike: wordLikeness(word, it) })))
    .sort((x, y) => y.alike - x.alike)
  const taken = { i: new Set<number>(), j: new Set<number>() }
  let sum = 0
  for (const { i, j, alike } of pairs) {
    if (taken.i.has(i) || taken.j.has(j)) continue
    taken.i.add(i)
    taken.j.add(j)
    sum += alike
  }
  // A middle name that only one of them gave counts a little against them.
  return (sum / few) * (1 - 0.1 * Math.min(2, Math.abs(mine.length - other.length)))
}

function wordLikeness(a: string, b: string): number {
  if (a === b) return 1
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  if (short.length === 1 && long.startsWith(short)) return 0.7
  const key = phoneticKey(a)
  if (key.length > 1 && key === phoneticKey(b)) return 0.75 + 0.2 * similarity(a, b)
  const alike = similarity(a, b)
  return alike >= 0.75 ? 0.8 * alike : 0.3 * alike
}

/** 1 the same; less for a day and month changed about, one figure wrong, or a year that agrees with one that is exact. */
function dateLikeness(a: string, b: string): number {
  if (a === b) return a.length === 10 ? 1 : 0.7
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  if (short.length < 10) {
    if (long.startsWith(short)) return 0.7
    return Math.abs(Number(a.slice(0, 4)) - Number(b.slice(0, 4))) <= 2 ? 0.4 : 0
  }
  const [year, month, day] = a.split('-')
  if (b === `${year}-${day}-${month}`) return 0.8
  const wrong = [...a].filter((figure, i) => figure !== b[i]).length
  return wrong === 1 ? 0.6 : 0
}

const words = ({ given = '', family = '' }: Described): string[] => wordsOf(`${given} ${family}`).slice(0, 8)
const phoneEnd = (phone: string): string => phone.replace(/\D/g, '').slice(-10)
const isKnown = (sex: string | undefined): boolean => sex !== undefined && sex !== 'unknown'
