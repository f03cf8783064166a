/** What of a patient is searched, as words: names, how they sound, numbers, the birth date. */
import type { Json } from '../domain/fields.ts'
import { phoneticKey } from '../domain/phonetic.ts'
import { foldText, isIndic, toLatin, wordsOf } from '../domain/script.ts'

/** The columns of the search index; each is words with a space between. */
export interface SearchText {
  name: string
  sound: string
  digits: string
  born: string
}

/** No name has more words than this; a 50 kB one is an attack or an accident, and is not worth indexing to its end. */
const MOST_WORDS = 24
const LONGEST_WORD = 64

export function searchText(patient: Record<string, Json>): SearchText {
  const words = unique(nameWords(`${text(patient.given)} ${text(patient.family)}`))
  return {
    name: words.join(' '),
    sound: unique(words.map(phoneticKey)).join(' '),
    digits: unique(numbersOf(patient)).join(' '),
    born: text(patient.birthDate).replaceAll('-', ''),
  }
}

/** Folded words of a name; an Indic word also as it is spelt in Latin letters. */
export function nameWords(name: string): string[] {
  return wordsOf(name)
    .slice(0, MOST_WORDS)
    .map((word) => [...word].slice(0, LONGEST_WORD).join(''))
    .flatMap((word) => (isIndic(word) ? [word, toLatin(word)] : [word]))
}

/** Everything of a number that is a letter or a digit, in one piece: `A-00417` is `a00417`. */
export function joined(value: string): string {
  return foldText(value)
    .replace(/[^\p{L}\p{M}\p{N}]/gu, '')
    .slice(0, LONGEST_WORD)
}

function numbersOf(patient: Record<string, Json>): string[] {
  const phones = list(patient.phones).flatMap((phone) => phoneWords(text(phone)))
  const others = list(patient.identifiers).map((it) => joined(text(isObject(it) ? it.value : undefined)))
  const mrn = joined(text(patient.mrn))
  // `A-00417` is also found by 00417 and by 417, as people read it out.
  const count = /\d+$/.exec(mrn)?.[0] ?? ''
  return [
    ...[mrn, count, count.replace(/^0+/, '')],
    joined(text(patient.abhaNumber)),
    joined(text(patient.abhaAddress)),
    ...phones,
    ...others,
  ]
}

/** A phone number as it was written, without its country code, and its last four digits, by which people ask. */
function phoneWords(phone: string): string[] {
  const digits = phoneDigits(phone)
  if (digits.length < 5) return [digits]
  return [digits, digits.slice(-10), digits.slice(-4)]
}

/** The digits of a phone number, without the zeros that dial out. */
export function phoneDigits(phone: string): string {
  return foldText(phone).replace(/\D/g, '').replace(/^0+/, '').slice(0, 20)
}

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '')
const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : [])
const isObject = (value: Json): value is { [key: string]: Json } =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
const unique = (words: readonly string[]): string[] => [...new Set(words)].filter(Boolean)
