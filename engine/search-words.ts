/**
 * The words of all names, in the memory of the process that has the key: a keystroke is answered from here without
 * reading a page. Made from `search_patient` at the first search and kept up to it; what stands there is what holds.
 */
import { distance } from '../domain/slips.ts'
import type { Database } from './database.ts'

/** Of one word, the newest so many who match are looked at: more than a screen shows, few enough for a keystroke. */
const MOST_OF_WORD = 120
/** Of several words together. */
const MOST_HITS = 360
const CHUNK = 10_000
/** So many new words are put in their place one by one; more are sorted together. */
const FEW_WORDS = 200

export class NameWords {
  readonly #db: Database
  /** A word's number, by the word; and by that number the word and who bears it, in ascending order. */
  readonly #wordOf = new Map<string, number>()
  #texts: string[] = []
  #bearers: number[][] = []
  /** Every word, sorted: all that begin alike stand together. */
  #sorted: string[] = []
  /** Patients' words one after the other, and by a patient's number where theirs begin; 0 where there are none. */
  #words = new Numbers(1)
  readonly #from = new Numbers(0)
  /** How long a patient's name is: of those that match alike, the shortest are shown first. */
  readonly #lengths = new Numbers(0)
  /** Which of the typed words a word answers, a bit each; all zero between searches. */
  readonly #answers = new Numbers(0)
  /** The greatest number that was read. */
  #last = 0
  /** Numbers of which something was written since they were read. */
  readonly #written = new Set<number>()
  #stale = true

  constructor(db: Database) {
    this.#db = db
  }

  /** Something was written about that patient. It is read when it is next asked for, as it may yet be taken back. */
  touch(number: number): void {
    this.#stale = true
    if (number <= this.#last) this.#written.add(number)
  }

  /** Everything was written anew. */
  clear(): void {
    this.#wordOf.clear()
    this.#texts = []
    this.#bearers = []
    this.#sorted = []
    this.#words = new Numbers(1)
    this.#from.clear()
    this.#last = 0
    this.#written.clear()
    this.#stale = true
  }

  /** Who has all these words, or words that begin so: best first, of those alike the newest; at most `limit`. */
  begun(typed: readonly string[], limit: number): Hit[] {
    this.#catchUp()
    const sides = typed.map((text) => this.#begunBy(text))
    const rarest = sides.reduce((least, side) => (side.bearers < least.bearers ? side : least))
    if (rarest.bearers === 0) return []
    for (const [i, { words }] of sides.entries()) this.#answer(words, 1 << i)
    const hits = this.#hits(sides, rarest, limit)
    for (const { words } of sides) this.#answer(words, 0)
    return hits.sort(byRank).slice(0, limit)
  }

  /** The words that somebody is called by, one slip of the keyboard from the one typed. */
  slipsOf(word: string): string[] {
    this.#catchUp()
    return this.#texts.filter(
      (it, number) =>
        Math.abs(it.length - word.length) <= 1 &&
        mayBeNear(it, word) &&
        distance(it, word, 1) <= 1 &&
        (this.#bearers[number] as number[]).length > 0,
    )
  }

  #hits(sides: readonly Side[], rarest: Side, limit: number): Hit[] {
    const hits: Hit[] = []
    const seen = new Set<number>()
    let length = 0
    // Exactly that word first, then the shortest: of one word typed, whoever comes later scores no better.
    for (const word of byLength(rarest.words, this.#texts)) {
      const own = (this.#texts[word] as string).length
      if (hits.length >= (sides.length === 1 && own > length ? limit : MOST_HITS)) break
      length = own
      const bearers = this.#bearers[word] as number[]
      let found = 0
      for (let at = bearers.length - 1; at >= 0 && found < MOST_OF_WORD; at--) {
        const number = bearers[at] as number
        if (sides.length > 1 && !this.#answersAll(number, sides.length)) continue
        if (seen.has(number)) continue
        seen.add(number)
        const score = sides.length === 1 ? scoreOf(rarest.typed, own) : this.#score(number, sides)
        hits.push({ number, score, length: this.#lengths.of[number] as number })
        found++
      }
    }
    return hits
  }

  #answer(words: readonly number[], bit: number): void {
    const answers = this.#answers.of
    for (const word of words) answers[word] = bit === 0 ? 0 : (answers[word] as number) | bit
  }

  #answersAll(number: number, count: number): boolean {
    let answered = 0
    const words = this.#words.of
    for (let at = this.#from.of[number] as number; words[at] !== END; at++)
      answered |= this.#answers.of[words[at] as number] as number
    return answered === (1 << count) - 1
  }

  #score(number: number, sides: readonly Side[]): number {
    const words = this.#words.of
    let sum = 0
    for (let i = 0; i < sides.length; i++) {
      let shortest = Number.POSITIVE_INFINITY
      for (let at = this.#from.of[number] as number; words[at] !== END; at++) {
        const word = words[at] as number
        if ((this.#answers.of[word] as number) & (1 << i))
          shortest = Math.min(shortest, (this.#texts[word] as string).length)
      }
      sum += scoreOf((sides[i] as Side).typed, shortest)
    }
    return sum / sides.length
  }

  #begunBy(typed: string): Side {
    const words: number[] = []
    let bearers = 0
    for (let at = this.#place(typed); at < this.#sorted.length; at++) {
      const text = this.#sorted[at] as string
      if (!text.startsWith(typed)) break
      const word = this.#wordOf.get(text) as number
      bearers += (this.#bearers[word] as number[]).length
      words.push(word)
    }
    return { typed: typed.length, words, bearers }
  }

  #catchUp(): void {
    // Inside a transaction nothing is read: it may yet be taken back.
    if (!this.#stale || this.#db.inTransaction) return
    for (const number of this.#written) {
      this.#forget(number)
      const row = this.#db.get<Named>('select number, name from search_patient where number = ?', [number])
      if (row) this.#keep([row])
    }
    this.#written.clear()
    for (;;) {
      const rows = this.#db.all<Named>(NEWER, [this.#last, CHUNK])
      this.#keep(rows)
      this.#last = Math.max(this.#last, rows.at(-1)?.number ?? 0)
      if (rows.length < CHUNK) break
    }
    this.#stale = false
  }

  #keep(rows: readonly Named[]): void {
    const fresh: string[] = []
    for (const { number, name } of rows) {
      this.#from.set(number, this.#words.length)
      this.#lengths.set(number, name.length)
      for (const text of name.split(' ')) {
        let word = this.#wordOf.get(text)
        if (word === undefined) {
          word = this.#texts.length
          this.#wordOf.set(text, word)
          this.#texts.push(text)
          this.#bearers.push([])
          this.#answers.set(word, 0)
          fresh.push(text)
        }
        this.#words.push(word)
        const bearers = this.#bearers[word] as number[]
        if (number > (bearers.at(-1) ?? 0)) bearers.push(number)
        else bearers.splice(placeIn(bearers, number), 0, number)
      }
      this.#words.push(END)
    }
    if (fresh.length > FEW_WORDS) {
      this.#sorted.push(...fresh)
      this.#sorted.sort()
    } else for (const text of fresh) this.#sorted.splice(this.#place(text), 0, text)
  }

  #forget(number: number): void {
    const words = this.#words.of
    for (let at = this.#from.of[number] ?? 0; at > 0 && words[at] !== END; at++) {
      const bearers = this.#bearers[words[at] as number] as number[]
      const place = placeIn(bearers, number)
      if (bearers[place] === number) bearers.splice(place, 1)
    }
    this.#from.set(number, 0)
  }

  /** Where that word stands, or would. */
  #place(text: string): number {
    return placeIn(this.#sorted, text)
  }
}

interface Named {
  number: number
  name: string
}

/** One typed word: its length, the words that begin so, and how many patients have one. */
interface Side {
  typed: number
  words: number[]
  bearers: number
}

/** Who was found, how surely, and how long the name is. */
export interface Hit {
  number: number
  score: number
  length: number
}

/** Ends a patient's words. */
const END = 0xffffffff

/** Numbers in one piece of memory, which grows. */
class Numbers {
  of = new Uint32Array(1024)
  length: number

  constructor(length: number) {
    this.length = length
  }

  set(at: number, value: number): void {
    if (at >= this.of.length) {
      const larger = new Uint32Array(2 * Math.max(at, this.of.length))
      larger.set(this.of)
      this.of = larger
    }
    this.of[at] = value
    this.length = Math.max(this.length, at + 1)
  }

  push(value: number): void {
    this.set(this.length, value)
  }

  clear(): void {
    this.of.fill(0)
  }
}

/** How well a word of that length answers its first so many letters; the same as `scoreWord` gives. */
function scoreOf(typed: number, length: number): number {
  return typed === length ? 1 : 0.8 + (0.1 * typed) / length
}

/** Best first; of those that match alike the shortest name, then the newest patient. */
export function byRank(a: Hit, b: Hit): number {
  return b.score - a.score || a.length - b.length || b.number - a.number
}

/** Shortest first. There may be thousands, of few lengths. */
function byLength(words: readonly number[], texts: readonly string[]): number[] {
  const lengths: number[][] = []
  for (const word of words) {
    const { length } = texts[word] as string
    const same = lengths[length]
    if (same) same.push(word)
    else lengths[length] = [word]
  }
  return lengths.flat()
}

function placeIn<T extends string | number>(sorted: readonly T[], it: T): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] as T) < it) low = middle + 1
    else high = middle
  }
  return low
}

/** Two words one slip apart begin alike and end alike, with two letters at most between: cheaper to see than to count slips. */
function mayBeNear(a: string, b: string): boolean {
  const shorter = Math.min(a.length, b.length)
  let begin = 0
  while (begin < shorter && a.charCodeAt(begin) === b.charCodeAt(begin)) begin++
  let end = 0
  while (end < shorter - begin && a.charCodeAt(a.length - 1 - end) === b.charCodeAt(b.length - 1 - end)) end++
  return Math.max(a.length, b.length) - begin - end <= 2
}

const NEWER = 'select number, name from search_patient where number > ? order by number limit ?'
