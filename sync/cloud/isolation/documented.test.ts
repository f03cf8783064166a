/** docs/isolation.md says of each line what turns red if it is not so. What it names has to be there. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { expect, test } from 'vitest'
import { ATTACKS } from './prove/catalogue.ts'
import { FAULTS } from './prove/faults.ts'
import { CODES } from './scan/codes.ts'

const HOUSE = join(import.meta.dirname, '..', '..', '..')
const DOCUMENT = readFileSync(join(HOUSE, 'docs', 'isolation.md'), 'utf8')
const ROWS = DOCUMENT.split('## Line by line')[1]?.match(/^\| (?!must be true|---).*$/gm) ?? []

/** What a part of the last column names: whole, or by its beginning where `…` follows. */
const named = (kind: 'scan' | 'prove') =>
  ROWS.flatMap((row) => row.split(/; |\| /)).flatMap((part) =>
    part.startsWith(`${kind}: `)
      ? [...part.matchAll(/`([\w.-]+)(…?)`/g)].map(([, id = '', more]) => ({ id, more }))
      : [],
  )
const isIn = (ids: readonly string[]) => (one: { id: string; more?: string | undefined }) =>
  ids.some((id) => (one.more ? id.startsWith(one.id) : id === one.id))

test('every finding, attack and file that the document calls to witness is there', () => {
  expect(ROWS.length).toBeGreaterThan(20)
  const [scans, proofs] = [named('scan'), named('prove')]
  expect(scans.length).toBeGreaterThan(20)
  expect(proofs.length).toBeGreaterThan(20)
  expect(scans.filter((one) => !isIn(Object.keys(CODES))(one))).toEqual([])
  expect(proofs.filter((one) => !isIn([...ATTACKS, ...FAULTS].map(({ id }) => id))(one))).toEqual([])
  const there = ['sync', 'test', 'docs'].flatMap((room) =>
    readdirSync(join(HOUSE, room), { recursive: true, withFileTypes: true }).map((one) =>
      `${join(one.parentPath, one.name)}${one.isDirectory() ? sep : ''}`.split(sep).join('/'),
    ),
  )
  const files = [...DOCUMENT.matchAll(/`([\w./-]+(?:\.ts|\.sql|\/))`/g)].map(([, path = '']) => path)
  expect(files.length).toBeGreaterThan(20)
  expect(files.filter((path) => !there.some((one) => one.endsWith(`/${path}`)))).toEqual([])
})
