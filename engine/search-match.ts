/** Whether a patient is meant by what was typed, and how surely. */
import { phoneticKey, phoneticPrefix } from '../domain/phonetic.ts'
import { distance, similarity } from '../domain/slips.ts'

/** A patient’s words, as the index has them. */
export interface Candidate {
  number: number
  patient: string
  name: string
  sound: string
  digits: string
  born: string
}

/** What was typed, taken apart. */
export interface Typed {
  /** Words of a name. */
  words: string[]
  /** Beginnings of a number, each way it can be read: all are tried. */
  numbers: string[]
  /** `1970`, `197001` or `19700112`. */
  born: string | undefined
  /** Words and digits taken together, as in a passport's number; they may yet be a name and a number. */
  whole?: string
  /** All of it as words of a name, where one has digits in it: invented people are called Aaron697. */
  mixed?: string[]
}

/** What the ways to read a query come to, for one patient by itself. */
export function matches(candidate: Candidate, query: Typed, how: 'strictly' | 'loosely'): boolean {
  const { words, numbers, born, whole, mixed } = query
  const digits = candidate.digits.split(' ')
  const begins = (number: string): boolean => digits.some((it) => it.startsWith(number))
  if (whole && begins(whole)) return true
  if (mixed && hasAll(candidate, mixed)) return true
  const dated = born !== undefined && candidate.born.startsWith(born)
  if (words.length === 0) return numbers.some(begins) || dated
  const numbered = numbers.every((number) => begins(number) || (dated && number === born))
  const timely = born === undefined || dated || numbers.includes(born)
  return numbered && timely && words.every((word) => isNameOf(word, candidate, how))
}

/** Whether each of these words is a word of the name, or the beginning of one. */
export function hasAll({ name }: { name: string }, words: readonly string[]): boolean {
  return words.every((word) => name.startsWith(word) || name.includes(` ${word}`))
}

function isNameOf(word: string, candidate: Candidate, how: 'strictly' | 'loosely'): boolean {
  if (hasAll(candidate, [word])) return true
  const key = keyOf(word)
  const sounds = candidate.sound.split(' ')
  if (key.length > 1 && sounds.includes(key)) return true
  if (how === 'strictly') return false
  const begun = phoneticPrefix(word)
  if (begun.length > 1 && sounds.some((sound) => sound.startsWith(begun))) return true
  if (word.length < 4) return false
  return candidate.name.split(' ').some((name) => name.length >= 4 && distance(name, word, 1) <= 1)
}

/** The key of the word that was asked for last: the same is compared with everybody who waits. */
let last = { word: '', key: '' }
function keyOf(word: string): string {
  if (last.word !== word) last = { word, key: phoneticKey(word) }
  return last.key
}

/** How surely a candidate is who was typed, 0 to 1, and the number that matched, if one did. */
export function scoreOf(candidate: Candidate, query: Typed): { score: number; number?: string } {
  const { words, numbers, born, whole, mixed } = query
  const joint = whole && candidate.digits.split(' ').find((it) => it.startsWith(whole))
  if (joint) return { score: joint === whole ? 1 : 0.8, number: joint }
  const parts: number[] = []
  if (mixed && hasAll(candidate, mixed)) {
    const scores = mixed.map((word) => scoreWord(word, candidate.name.split(' '), []))
    return { score: scores.reduce((sum, part) => sum + part, 0) / scores.length }
  }
  const names = candidate.name.split(' ')
  const sounds = candidate.sound.split(' ')
  for (const word of words) parts.push(scoreWord(word, names, sounds))
  const digits = candidate.digits.split(' ')
  const hits = numbers.flatMap((number) => {
    const hit = digits.find((it) => it === number) ?? digits.find((it) => it.startsWith(number))
    return hit === undefined ? [] : [{ hit, exact: hit === number }]
  })
  const dated = born !== undefined && candidate.born.startsWith(born)
  const best = hits.find((it) => it.exact) ?? hits[0]
  if (best) parts.push(best.exact ? 1 : 0.8)
  if (dated) parts.push(candidate.born === born ? 0.95 : 0.75)
  const score = parts.length === 0 ? 0 : parts.reduce((sum, part) => sum + part, 0) / parts.length
  return { score, ...(best && { number: best.hit }) }
}

function scoreWord(word: string, names: readonly string[], sounds: readonly string[]): number {
  const begun = names.filter((name) => name.startsWith(word))
  if (begun.length > 0) return Math.max(...begun.map((name) => beginningScore(word, name)))
  const alike = Math.max(...names.map((name) => similarity(name, word)))
  return sounds.includes(phoneticKey(word)) ? soundingScore(alike) : 0.3 + 0.25 * alike
}

/** How surely a name that begins with the typed word is meant: surely if it is the word. */
export function beginningScore(word: string, name: string): number {
  return word.length === name.length ? 1 : 0.8 + (0.1 * word.length) / name.length
}

/** How surely a name is meant that sounds like the typed word, by how alike they are spelt. */
export function soundingScore(alike: number): number {
  return 0.5 + 0.25 * alike
}
