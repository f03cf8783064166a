/** An outcome in words, for somebody who reads no SQLSTATE. */
import type { Outcome } from '../attack.ts'

const SAID: Record<string, string> = {
  '22023': 'refused: there is no such thing to be had',
  '23505': 'refused: that key is taken',
  '28000': 'turned away at the door',
  '28P01': 'turned away: wrong password',
  '42501': 'refused: permission denied',
  '42704': 'refused: there is no such thing to be had',
  '42P01': 'refused: it sees no such table',
}

export function inWords(outcome: Outcome | undefined): string {
  if (!outcome) return 'nothing'
  const { sqlstate, rows, warnings, status, code, value } = outcome
  const parts = [
    sqlstate && `${SAID[sqlstate] ?? 'refused'} (${sqlstate})`,
    rows !== undefined &&
      (rows === 0 ? 'accepted, and nothing came of it: 0 rows' : `accepted: ${rows} ${rows === 1 ? 'row' : 'rows'}`),
    warnings && `warned (${warnings.join(', ')})`,
    status !== undefined && `the gateway answered ${status}`,
    code && (status === undefined ? `refused by the program’s own check (${code})` : code),
    value !== undefined && (typeof value === 'string' ? value : JSON.stringify(value)),
  ]
  return parts.filter(Boolean).join(', ')
}
