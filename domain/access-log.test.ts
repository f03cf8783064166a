import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { type AccessRow, accessText, endsShort, followChain } from './access-log.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const START = { seq: 0, hash: '' }

function log(count: number): AccessRow[] {
  const rows: AccessRow[] = []
  for (let seq = 1; seq <= count; seq++) {
    const row = {
      ...{ seq, at: new Date(1_800_000_000_000 + seq).toISOString(), device: '00112233aabbccdd', act: 'push' },
      ...{ rows: seq, address: '10.0.0.7', outcome: 'ok', prev: rows.at(-1)?.hash ?? '' },
    }
    rows.push({ ...row, hash: sha256(accessText(row)) })
  }
  return rows
}

test('a log that nobody touched holds, read whole or in pages', () => {
  const rows = log(6)
  const whole = followChain(START, rows, sha256)
  expect(whole).toEqual({ place: { seq: 6, hash: rows[5]?.hash }, breaks: [] })
  const first = followChain(START, rows.slice(0, 4), sha256)
  expect(followChain(first.place, rows.slice(4), sha256)).toEqual(whole)
})

test.each(['at', 'device', 'act', 'rows', 'address', 'outcome'] as const)('another %s in a row shows', (field) => {
  const rows = log(5).map((row) => (row.seq === 3 ? { ...row, [field]: field === 'rows' ? 99 : 'other' } : row))
  expect(followChain(START, rows, sha256).breaks).toEqual([{ seq: 3, what: 'changed' }])
})

test('a row changed together with its hash shows at the one after it', () => {
  const rows = log(5).map((row) => {
    if (row.seq !== 3) return row
    const forged = { ...row, address: '192.0.2.1' }
    return { ...forged, hash: sha256(accessText(forged)) }
  })
  expect(followChain(START, rows, sha256).breaks).toEqual([{ seq: 4, what: 'changed' }])
})

test('a row taken out shows, at the beginning, in the middle, and at the end', () => {
  const rows = log(5)
  const without = (seq: number) => rows.filter((row) => row.seq !== seq)
  expect(followChain(START, without(1), sha256).breaks).toEqual([{ seq: 2, what: 'missing' }])
  expect(followChain(START, without(3), sha256).breaks).toEqual([{ seq: 4, what: 'missing' }])
  const [place, head] = [rows[4], rows[3]] as [AccessRow, AccessRow]
  expect(endsShort(place, head)).toEqual({ seq: 5, what: 'lost' })
  expect(endsShort(place, { ...place, hash: 'other' })).toEqual({ seq: 5, what: 'changed' })
  expect(endsShort(place, place)).toBeUndefined()
})
