/**
 * The words of all names, in the memory of the process that has the key: a keystroke is answered from here without
 * reading a page. Made from `search_patient` at the first search and kept up to it; what stands there is what holds.
 */
import { phoneticKey } from '../domain/phonetic.ts'
import { distance, similarity } from '../domain/slips.ts'
import type { Database } from './database.ts'
import { beginningScore, soundingScore } from './search-match.ts'

/** Of one word, the newest so many who match are looked at: more than a screen shows, few enough for a keystroke. */
const MOST_OF_WORD = 120
/** Of several words together. */
const MOST_HITS = 120
const CHUNK = 10_000
/** So many new words are put in their place one by one; more are sorted together. */
const FEW_WORDS = 200

export class NameWords {
  readonly #db: Database
  /** A word's number, by the word; and by that number the word and who bears it, in ascending order. */
  readonly #wordOf = new Map<string, number>()
  #texts: string[] = ['']
  #bearers: number[][] = [[]]
  /** Words by how they sound. */
  readonly #sounding = new Map<string, number[]>()
  /** Every word, sorted: all that begin alike stand together. */
  #sorted: string[] = []
  /** A patient's first two words, by the patient's number, and a place in `#more` for what few have beside; 0 is none. */
  readonly #first = new Numbers()
  readonly #second = new Numbers()
  readonly #others = new Numbers()
  #more: number[][] = [[]]
  #patients: string[] = []
  /** How long a patient's name is: of those that match alike, the shortest are shown first. */
  readonly #lengths = new Numbers()
  /** Which of the typed words a word answers, a bit each; all zero between searches. */
  readonly #answers = new Numbers()
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
    this.#sounding.clear()
    this.#texts = ['']
    this.#bearers = [[]]
    this.#sorted = []
    this.#more = [[]]
    this.#patients = []
    this.#last = 0
    this.#written.clear()
    this.#stale = true
  }

  /**
   * Who has all these words, or words that begin so or sound the same: best first, of those alike the newest; at most
   * `limit`.
   */
  find(typed: readonly string[], limit: number): Hit[] {
    this.#catchUp()
    const sides = typed.map((text) => this.#side(text))
    const rarest = sides.reduce((least, side) => (side.bearers < least.bearers ? side : least))
    if (rarest.bearers === 0) return []
    for (const [i, side] of sides.entries()) this.#answer(side, 1 << i)
    const hits = this.#hits(sides, rarest, limit)
    for (const side of sides) this.#answer(side, 0)
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
    for (const group of [...byLength(rarest.begun, this.#texts), rarest.sounding]) {
      // Of one word typed, whoever comes in a later group scores no better.
      if (hits.length >= (sides.length === 1 ? limit : MOST_HITS)) break
      for (const word of group) this.#bearing(word, sides, seen, hits)
    }
    return hits
  }

  /** Adds the newest who bear that word and have the others as well. */
  #bearing(word: number, sides: readonly Side[], seen: Set<number>, hits: Hit[]): void {
    const bearers = this.#bearers[word] as number[]
    const [first, second, others, answers] = [this.#first.of, this.#second.of, this.#others.of, this.#answers.of]
    const all = (1 << sides.length) - 1
    const most = hits.length + MOST_OF_WORD
    for (let at = bearers.length - 1; at >= 0 && hits.length < most; at--) {
      const number = bearers[at] as number
      let answered = (answers[first[number] as number] as number) | (answers[second[number] as number] as number)
      if (answered !== all && others[number] !== 0)
        for (const other of this.#more[others[number] as number] as number[]) answered |= answers[other] as number
      if (answered !== all || seen.has(number)) continue
      seen.add(number)
      const length = this.#lengths.of[number] as number
      hits.push({ number, patient: this.#patients[number] as string, score: this.#score(number, sides), length })
    }
  }

  #answer({ begun, sounding }: Side, bit: number): void {
    const answers = this.#answers.of
    for (const word of begun) answers[word] = bit === 0 ? 0 : (answers[word] as number) | bit
    for (const word of sounding) answers[word] = bit === 0 ? 0 : (answers[word] as number) | bit
  }

  #wordsOf(number: number): number[] {
    const others = this.#more[this.#others.of[number] ?? 0] as number[]
    return [this.#first.of[number] ?? 0, this.#second.of[number] ?? 0, ...others]
  }

  #score(number: number, sides: readonly Side[]): number {
    const words = this.#wordsOf(number)
    let sum = 0
    for (const [i, side] of sides.entries()) {
      let best = 0
      for (const word of words)
        if ((this.#answers.of[word] as number) & (1 << i)) best = Math.max(best, this.#scoreOf(word, side))
      sum += best
    }
    return sum / sides.length
  }

  #scoreOf(word: number, { typed, alike }: Side): number {
    const text = this.#texts[word] as string
    if (text.startsWith(typed)) return beginningScore(typed, text)
    const score = alike.get(word) ?? soundingScore(similarity(typed, text))
    alike.set(word, score)
    return score
  }

  #side(typed: string): Side {
    const side: Side = { typed, begun: [], sounding: [], alike: new Map(), bearers: 0 }
    for (let at = placeIn(this.#sorted, typed); at < this.#sorted.length; at++) {
      const text = this.#sorted[at] as string
      if (!text.startsWith(typed)) break
      side.begun.push(this.#wordOf.get(text) as number)
    }
    const key = phoneticKey(typed)
    if (key.length > 1)
      side.sounding = (this.#sounding.get(key) ?? []).filter((word) => !(this.#texts[word] as string).startsWith(typed))
    for (const word of side.begun) side.bearers += (this.#bearers[word] as number[]).length
    for (const word of side.sounding) side.bearers += (this.#bearers[word] as number[]).length
    return side
  }

  #catchUp(): void {
    // Inside a transaction nothing is read: it may yet be taken back.
    if (!this.#stale || this.#db.inTransaction) return
    for (const number of this.#written) {
      this.#forget(number)
      const row = this.#db.get<Named>('select number, patient, name from search_patient where number = ?', [number])
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
    for (const { number, patient, name } of rows) {
      this.#patients[number] = patient
      this.#lengths.set(number, name.length)
      const words = name.split(' ').map((text) => {
        let word = this.#wordOf.get(text)
        if (word === undefined) {
          word = this.#texts.length
          this.#wordOf.set(text, word)
          this.#texts.push(text)
          this.#bearers.push([])
          this.#answers.set(word, 0)
          fresh.push(text)
          const key = phoneticKey(text)
          const alike = this.#sounding.get(key)
          if (alike) alike.push(word)
          else this.#sounding.set(key, [word])
        }
        const bearers = this.#bearers[word] as number[]
        if (number > (bearers.at(-1) ?? 0)) bearers.push(number)
        else bearers.splice(placeIn(bearers, number), 0, number)
        return word
      })
      this.#first.set(number, words[0] ?? 0)
      this.#second.set(number, words[1] ?? 0)
      this.#others.set(number, words.length > 2 ? this.#more.push(words.slice(2)) - 1 : 0)
    }
    if (fresh.length > FEW_WORDS) {
      this.#sorted.push(...fresh)
      this.#sorted.sort()
    } else for (const text of fresh) this.#sorted.splice(placeIn(this.#sorted, text), 0, text)
  }

  #forget(number: number): void {
    for (const word of this.#wordsOf(number)) {
      const bearers = this.#bearers[word] as number[]
      const place = placeIn(bearers, number)
      if (bearers[place] === number) bearers.splice(place, 1)
    }
  }
}

interface Named {
  number: number
  patient: string
  name: string
}

/** One typed word: the words that begin so, those that only sound so, and how many patients have one of them. */
interface Side {
  typed: string
  begun: number[]
  sounding: number[]
  /** The score of those that were reckoned. */
  alike: Map<number, number>
  bearers: number
}

/** Who was found, how surely, and how long the name is. */
export interface Hit {
  number: number
  patient: string
  score: number
  length: number
}

/** Numbers in one piece of memory, which grows. */
class Numbers {
  of = new Uint32Array(1024)

  set(at: number, value: number): void {
    if (at >= this.of.length) {
      const larger = new Uint32Array(2 * at)
      larger.set(this.of)
      this.of = larger
    }
    this.of[at] = value
  }
}

/** Best first; of those that match alike the shortest name, then the newest patient. */
export function byRank(a: Hit, b: Hit): number {
  return b.score - a.score || a.length - b.length || b.number - a.number
}

/** Those of one length together, the shortest first: so they answer a beginning from best to least. */
function byLength(words: readonly number[], texts: readonly string[]): number[][] {
  const lengths: number[][] = []
  for (const word of words) {
    const { length } = texts[word] as string
    const same = lengths[length]
    if (same) same.push(word)
    else lengths[length] = [word]
  }
  return lengths.filter((group) => group !== undefined)
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

const NEWER = 'select number, patient, name from search_patient where number > ? order by number limit ?'
