/** How a record came to be what it is: every change, by whom and when, oldest first. */
import type { EntryBody } from '../../domain/entry.ts'
import type { Json } from '../../domain/fields.ts'
import { timeOf } from '../../domain/hlc.ts'
import type { HistoryItem } from '../api-shapes.ts'
import type { Database } from '../database.ts'
import { changesOf } from '../journal.ts'

const MOST = 1000

export function historyOf(db: Database, record: string, id: string): HistoryItem[] {
  const named = authorNames(db)
  return db.all<{ hash: string; body: string }>(changesOf(record), { id, limit: MOST }).map(({ hash, body }) => {
    const { hlc, author, fields = {}, reason } = JSON.parse(body) as EntryBody
    return {
      hash,
      at: new Date(timeOf(hlc)).toISOString(),
      author,
      authorName: named(author),
      fields: fields as Record<string, Json>,
      ...(reason !== undefined && { reason }),
    }
  })
}

/** The name behind an author's id, looked up once each. */
export function authorNames(db: Database): (author: string) => string {
  const known = new Map<string, string>([['system', 'Alcove']])
  return (author) => {
    const name = known.get(author) ?? db.get<{ name: string }>('select name from user where id = ?', [author])?.name
    known.set(author, name ?? author)
    return name ?? author
  }
}
