/**
 * Finding patients by what was typed into the one box. Ways of reading it are tried from the strictest to the loosest,
 * each bounded in the rows it looks at, until there is enough to show; what was found is then ranked by how it matched.
 */
import { parseDate } from '../domain/dates.ts'
import { phoneticKey, phoneticPrefix } from '../domain/phonetic.ts'
import { wordsOf } from '../domain/script.ts'
import type { Database } from './database.ts'
import type { Found } from './search-index.ts'
import { type Candidate, hasAll, matches, scoreOf, type Typed } from './search-match.ts'
import type { PendingPatients } from './search-pending.ts'
import { joined, nameWords, phoneDigits } from './search-text.ts'
import { byRank, type Hit, type NameWords } from './search-words.ts'

/** A way of reading what was typed, tried while fewer than `below` were found. */
interface Way {
  match: () => string | undefined
  below: number
}

/** With so few found, what was meant may have been mistyped: one word of many, or two that together name nobody. */
const few = (words: readonly string[]): number => (words.length > 1 ? 1 : 6)
/** Rows looked at for one way of reading. More than any screen shows, few enough for a keystroke. */
const CANDIDATES = 120
const MOST_TYPED = 200
const MOST_WORDS = 6
const MOST_SLIPS = 40

/** Where is looked: the index, the words of names in memory, and who is not in either yet. */
interface Places {
  db: Database
  words: NameWords
  pending: PendingPatients
}

export function findPatients(places: Places, typed: string, limit: number, today: string): Found[] {
  const { db, words, pending } = places
  const query = takeApart(typed.slice(0, MOST_TYPED), today)
  const waiting = pending.texts()
  const found = new Map<number, Ranked>()
  const put = (it: Candidate) => found.set(it.number, ranked(it, query))
  if (isNameOnly(query)) for (const hit of words.find(query.words, limit)) found.set(hit.number, hit)
  for (const { match, below } of waysOf(words, query)) {
    if (found.size >= Math.min(below, limit)) break
    const expression = match()
    if (expression === undefined) continue
    for (const it of db.all<Candidate>(CANDIDATE, [expression, CANDIDATES])) if (!found.has(it.number)) put(it)
  }
  for (const it of waiting) if (found.size < limit ? matches(it, query, 'strictly') : begins(it, query)) put(it)
  if (found.size < few(query.words)) for (const it of waiting) if (matches(it, query, 'loosely')) put(it)
  return [...found.values()]
    .sort(byRank)
    .slice(0, limit)
    .map(({ patient, score, shown }) => ({ patient, score, ...(shown && { number: shown }) }))
}

/** A hit, and the number that matched, if one did. */
interface Ranked extends Hit {
  shown?: string | undefined
}

function ranked(candidate: Candidate, query: Typed): Ranked {
  const { number: shown, score } = scoreOf(candidate, query)
  return { number: candidate.number, patient: candidate.patient, length: candidate.name.length, score, shown }
}

/** What still counts where there are enough already. */
function begins(it: Candidate, query: Typed): boolean {
  return isNameOnly(query) ? hasAll(it, query.words) : matches(it, query, 'strictly')
}

function isNameOnly({ words, numbers, born, mixed }: Typed): boolean {
  return words.length > 0 && numbers.length === 0 && born === undefined && !mixed
}

/** Whoever may have that number; everybody, if it has neither letters nor digits by which to find it. */
export function findNumbered(db: Database, number: string): string[] {
  const digits = joined(number)
  const patients =
    digits === '' ? db.all<Candidate>(EVERYBODY) : db.all<Candidate>(CANDIDATE, [term('digits', digits), -1])
  return patients.map((it) => it.patient)
}
const EVERYBODY = 'select patient from search_patient'

/** Whoever may be the same person; for the caller to compare. */
export function findAlike(
  db: Database,
  { names, phones, birthDate }: { names: readonly string[]; phones: readonly string[]; birthDate?: string | undefined },
): string[] {
  const words = names.flatMap((name) => nameWords(name)).slice(0, MOST_WORDS)
  const born = birthDate?.replaceAll('-', '')
  const keys = words.map(phoneticKey).filter((key) => key.length > 1)
  const allWords = keys.map((key) => term('sound', key))
  const expressions = [
    ...phones
      .map((phone) => phoneDigits(phone).slice(-10))
      .filter((digits) => digits.length >= 6)
      .map((digits) => term('digits', digits)),
    ...(allWords.length > 0 ? [allWords.join(' AND ')] : []),
    ...(born && born.length === 8 ? allWords.map((word) => `${word} AND ${term('born', born)}`) : []),
    // Somebody whose year only is known, or who told their age: the same year and one of the names.
    ...(born ? allWords.map((word) => `${word} AND ${term('born', born.slice(0, 4), '*')}`) : []),
  ]
  return [
    ...new Set(
      expressions.flatMap((match) => db.all<Candidate>(CANDIDATE, [match, CANDIDATES]).map((it) => it.patient)),
    ),
  ]
}

function takeApart(typed: string, today: string): Typed {
  const date = DATE.exec(typed)?.[0]
  const dated = date === undefined ? undefined : parseDate(date, today)
  const rest = date !== undefined && dated ? typed.replace(date, ' ') : typed
  const words = wordsOf(rest).slice(0, MOST_WORDS)
  const letters = words.filter((word) => !/\d/.test(word))
  const digits = words.filter((word) => /\d/.test(word))
  const whole = joined(rest)
  const mixed = words.some((word) => /^\p{L}.*\d/u.test(word)) ? { mixed: words } : {}
  const born = dated ?? (/^\s*\d{4}\s*$/.test(rest) ? parseDate(rest, today) : undefined)
  if (digits.length === 0) return { words: letters, numbers: [], born: born?.replaceAll('-', '') }
  // No name beside it: the whole is one number (`98765 43210`, `A-00417`, `91-1234-…`). A letter or two belong to it.
  const single = letters.every((word) => word.length <= 3) && /\d/.test(whole)
  const phone = /^\+?[\d\s()./-]+$/.test(rest.trim()) ? phoneDigits(rest) : ''
  const year = digits.length === 1 && /^(?:18|19|20)\d\d$/.test(digits[0] ?? '') ? digits[0] : undefined
  return {
    words: letters.length > 0 && !single ? letters : [],
    numbers: [...new Set(single ? [whole, phone, phone.length > 10 ? phone.slice(-10) : ''] : digits)].filter(Boolean),
    born: born?.replaceAll('-', '') ?? year,
    ...(letters.length > 0 && !single && { whole }),
    ...mixed,
  }
}
/** A date inside other text: three parts of which the middle may be a month's name. */
const DATE = /\d{1,2}[\s./-]*(?:\d{1,2}[./-]|[\p{L}\p{M}]{3,9}[\s.,/-]*)\d{2,4}(?!\d)|\d{4}-\d\d(?:-\d\d)?(?![\d-])/u

/** The ways to read a query, strictest first, each made only when those before it found too little. */
function waysOf(known: NameWords, query: Typed): Way[] {
  const { words, numbers, born, whole, mixed } = query
  const beside = numbersAndDate(numbers, born)
  const named: Way = {
    match: () => mixed?.map((word) => term('name', word, '*')).join(' AND '),
    below: Number.POSITIVE_INFINITY,
  }
  if (words.length === 0) {
    // A year may also be the end of a phone number; both are looked up, as the typist knows which was meant.
    return [
      named,
      { match: () => any(numbers.map((number) => term('digits', number))), below: Number.POSITIVE_INFINITY },
      {
        match: () => (born ? term('born', born, born.length < 8 ? '*' : '') : undefined),
        below: Number.POSITIVE_INFINITY,
      },
      { match: () => any(numbers.map((number) => term('digits', number, '*'))), below: Number.POSITIVE_INFINITY },
    ]
  }
  const all = (of: (word: string) => string | undefined, below = Number.POSITIVE_INFINITY): Way => ({
    match: () => {
      const terms = words.map(of)
      return terms.every((it) => it !== undefined) ? [...terms, ...beside].join(' AND ') : undefined
    },
    below,
  })
  return [
    named,
    { match: () => whole && term('digits', whole, '*'), below: Number.POSITIVE_INFINITY },
    // Names by themselves were looked up in memory.
    ...(isNameOnly(query)
      ? []
      : [
          all((word) => term('name', word)),
          all((word) => term('name', word, '*')),
          all((word) => sounding(phoneticKey(word), '')),
        ]),
    all((word) => any([term('name', word, '*'), ...slipsOf(known, word).map((it) => term('name', it))]), few(words)),
    all((word) => any([term('name', word, '*'), sounding(phoneticPrefix(word), '*')]), few(words)),
  ]
}

function numbersAndDate(numbers: readonly string[], born: string | undefined): string[] {
  const terms = numbers.map((number) => term('digits', number, '*'))
  const date = born && term('born', born, '*')
  // `asha 1970` is a year of birth or a number: either will do.
  if (numbers.length === 1 && date && numbers[0] === born) return [any([...terms, date]) ?? date]
  return date ? [...terms.filter((_, i) => numbers[i] !== born), date] : terms
}

function sounding(key: string, star: '' | '*'): string | undefined {
  return key.length > 1 ? term('sound', key, star) : undefined
}

/** The words that somebody is called by, one slip from the one typed. */
function slipsOf(known: NameWords, word: string): string[] {
  return word.length < 4 || word.length > 41 ? [] : known.slipsOf(word).slice(0, MOST_SLIPS)
}

/** One term. Words are letters and digits only, yet quoted: nothing that is typed is ever syntax. */
function term(column: keyof Candidate, word: string, star: '' | '*' = ''): string {
  return `${column} : "${word.replaceAll('"', '')}" ${star}`
}

function any(terms: readonly (string | undefined)[]): string | undefined {
  const present = terms.filter((it) => it !== undefined)
  return present.length > 0 ? `(${present.map((it) => `(${it})`).join(' OR ')})` : undefined
}

/** Newest first, so that a beginning that half the clinic shares stops after the first few. */
const CANDIDATE = `
  select number, patient, name, sound, digits, born from search_patient
  where number in (select rowid from search where search match ? order by rowid desc limit ?)`
