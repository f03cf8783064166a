/**
 * Looks at the write-ahead log before SQLite does. SQLite reads it up to the first frame that is not whole, and takes
 * the rest for what a power cut tore; so one spoilt byte makes everything written after it vanish without a word.
 * Every commit is on the disk before the next begins: only the last one can be torn. Where more than one comes after
 * the spoilt frame, what was acknowledged would be lost, and nobody should go on as if it had never been.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { Damaged } from './errors.ts'

const HEADER = 32
const FRAME_HEADER = 24
const MAGIC = 0x377f0682
const FRAMES_AT_ONCE = 256

type Sum = readonly [number, number]

/** `damaged` if the log beside that database lost more than a power cut can tear. Without a log there is nothing to say. */
export function checkLog(database: string): void {
  const file = open(`${database}-wal`)
  if (file === undefined) return
  try {
    if (committedAfterDamage(file) > 1) throw new Damaged('The log of what was written last (clinic.db-wal)')
  } finally {
    closeSync(file)
  }
}

/** Commits at or after the first frame that is not whole. */
function committedAfterDamage(file: number): number {
  const { size } = fstatSync(file)
  const header = piece(file, 0, HEADER)
  if (size <= HEADER || header.byteLength < HEADER) return 0
  const magic = header.getUint32(0)
  const bigEndian = magic === MAGIC + 1
  const page = header.getUint32(8)
  const headed: Sum = [header.getUint32(24), header.getUint32(28)]
  const known = (magic === MAGIC || bigEndian) && same(checksum(header, 0, 24, [0, 0], bigEndian), headed)
  // It is written once, in one sector, and everything after it is read by it.
  if (!known) return Number.POSITIVE_INFINITY
  const length = FRAME_HEADER + page
  let sum: Sum | undefined = headed
  let lost = 0
  for (let at = HEADER; at + length <= size; at += FRAMES_AT_ONCE * length) {
    const frames = piece(file, at, FRAMES_AT_ONCE * length)
    for (let from = 0; from + length <= frames.byteLength; from += length) {
      const ours =
        frames.getUint32(from + 8) === header.getUint32(16) && frames.getUint32(from + 12) === header.getUint32(20)
      const said: Sum = [frames.getUint32(from + 16), frames.getUint32(from + 20)]
      if (sum) {
        const begun = checksum(frames, from, 8, sum, bigEndian)
        sum = ours && same(checksum(frames, from + FRAME_HEADER, page, begun, bigEndian), said) ? said : undefined
      }
      // A frame of an earlier round of the log has other salts: it was moved into the database long ago.
      if (!sum && ours && frames.getUint32(from + 4) !== 0) lost++
    }
  }
  return lost
}

/** SQLite's own, over words of 32 bits in pairs. */
function checksum(view: DataView, from: number, length: number, [one, two]: Sum, bigEndian: boolean): Sum {
  let a = one
  let b = two
  for (let at = from; at < from + length; at += 8) {
    a = (a + view.getUint32(at, !bigEndian) + b) >>> 0
    b = (b + view.getUint32(at + 4, !bigEndian) + a) >>> 0
  }
  return [a, b]
}

function same(one: Sum, other: Sum): boolean {
  return one[0] === other[0] && one[1] === other[1]
}

function piece(file: number, at: number, length: number): DataView {
  const bytes = Buffer.alloc(length)
  let got = 0
  for (let more = -1; got < length && more !== 0; got += more) more = readSync(file, bytes, got, length - got, at + got)
  return new DataView(bytes.buffer, bytes.byteOffset, got)
}

function open(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
