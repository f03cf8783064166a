/** Finds a code by a part of it or by words, the ones that this user picks first. */
import type { Database } from '../database.ts'
import { ensureShipped } from './code-list.ts'

export interface FoundCode {
  code: string
  display: string
  favorite: boolean
}

interface Candidate {
  code: string
  display: string
  common: number
  uses: number
}

/** Enough to rank among; the best are in it because the queries rank too. */
const CANDIDATES = 100

/** With no text: the user's favorites, the most used first. */
export function findCodes(db: Database, user: string, system: string, text: string, limit: number): FoundCode[] {
  ensureShipped(db)
  const typed = text.trim()
  if (typed === '') return db.all<Candidate>(FAVORITES, { user, system, limit }).map(shown)
  const bare = bareCode(typed)
  const byCode = /^[A-Z]\d/.test(bare)
    ? db.all<Candidate>(BY_CODE, { user, system, ...range(typed), limit: CANDIDATES })
    : []
  const words = typed.normalize('NFKD').match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  const match = words.map((word) => `"${word}"*`).join(' ')
  // Titles are short: the shortest that has all the words, or begins with the first of them, says the least else.
  const byWords =
    words.length > 0 ? db.all<Candidate>(BY_WORDS, { user, system, match, first: words[0], limit: CANDIDATES }) : []
  const all = [...new Map([...byCode, ...byWords].map((one) => [one.code, one])).values()]
  const exact = (one: Candidate) => Number(bareCode(one.code) === bare)
  // Stable: where these say nothing, the order of the queries stands.
  all.sort((a, b) => exact(b) - exact(a) || b.uses - a.uses)
  return all.slice(0, limit).map(shown)
}

/** Remembers that a user picked a code, so that it comes first the next time. Call it in the transaction that records it. */
export function noteFavorite(
  db: Database,
  user: string,
  picked: { system: string; code: string; display: string },
  at: Date,
) {
  db.run(USE, { user, ...picked, at: at.toISOString() })
}

function shown({ code, display, uses }: Candidate): FoundCode {
  return { code, display, favorite: uses > 0 }
}

function bareCode(text: string): string {
  return text.replaceAll('.', '').toUpperCase()
}

/** `e119` and `E11.9` are typed for the same code: ICD-10 has its point after the third character. */
function range(typed: string): { from: string; to: string } {
  const bare = bareCode(typed)
  const from = bare.length > 3 ? `${bare.slice(0, 3)}.${bare.slice(3)}` : bare
  return { from, to: `${from}\u{10ffff}` }
}

const USES = `coalesce((select uses from favorite f
  where f.user = :user and f.system = it.system and f.code = it.code), 0) as uses`
const BY_CODE = `
  select it.code, it.display, it.common, ${USES} from code it
  where it.system = :system and it.code >= :from and it.code < :to
  order by it.code limit :limit`
const BY_WORDS = `
  select it.code, it.display, it.common, ${USES} from code_text join code it on it.number = code_text.rowid
  where code_text match :match and it.system = :system
  order by uses desc, it.common desc, it.display like :first || '%' desc, length(it.display), it.code limit :limit`
const FAVORITES = `
  select f.code, f.display, 0 as common, f.uses from favorite f
  where f.user = :user and f.system = :system order by f.uses desc, f.at desc limit :limit`
const USE = `
  insert into favorite (user, system, code, display, at) values (:user, :system, :code, :display, :at)
  on conflict (user, system, code) do update set uses = uses + 1, display = excluded.display, at = excluded.at`
