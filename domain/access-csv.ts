/** An access log as a table that any spreadsheet opens (RFC 4180), with what its chain can be checked by. */
import type { AccessRow } from './access-log.ts'

const FIELDS = ['seq', 'at', 'device', 'act', 'rows', 'address', 'outcome', 'prev', 'hash'] as const

export const ACCESS_CSV_HEAD = `${FIELDS.join(',')}\r\n`

export function accessCsvLine(row: AccessRow): string {
  return `${FIELDS.map((field) => cell(row[field])).join(',')}\r\n`
}

/** What a spreadsheet would take for a formula is made text: the gateway wrote it, or whoever tampered with it. */
function cell(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
