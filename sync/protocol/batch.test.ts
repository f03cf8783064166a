import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeEntry } from '../../domain/entry.ts'
import type { OutboxEntry } from '../../domain/outbox.ts'
import { BatchError, frameBatch, hashOf, newDeviceKeys, readBatch, signBatch, verifyBatch } from './batch.ts'
import { deflate, ENCODINGS, InflateError, inflate } from './compression.ts'

const DEVICE = '00112233aabbccdd'

/** A chain of entries from `first` on, with the texts as their content. */
function chain(texts: readonly string[], first = 1, before = first === 1 ? '' : 'e'.repeat(64)): OutboxEntry[] {
  let prev = before
  return texts.map((text, at) => {
    const dseq = first + at
    const body = encodeEntry({
      v: 1,
      device: DEVICE,
      dseq,
      hlc: '0'.repeat(16),
      author: 'system',
      kind: 'change',
      record: 'patient',
      id: 'x',
      fields: { note: text },
      base: [],
      prev,
    })
    prev = hashOf(body)
    return { dseq, hash: prev, body }
  })
}

const texts = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 20 })

const members = (count: number) => Array.from({ length: count }, (_, at) => `"k${at}":1`).join(',')

describe('a batch', () => {
  test('comes out as it went in, whatever the entries hold', () =>
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 1e9 }), (contents, first) => {
        const entries = chain(contents, first)
        const prev = first === 1 ? '' : 'e'.repeat(64)
        const read = readBatch(frameBatch(1, 'f1', DEVICE, prev, entries))
        expect(read.header).toMatchObject({ device: DEVICE, facility: 'f1', first, count: entries.length, prev })
        expect(read.entries.map(({ dseq, hash, body }) => ({ dseq, hash, body }))).toEqual(entries)
      }),
    ))

  test.each([
    ['nothing but line feeds', () => '\n'.repeat(30 << 20)],
    ['a header of a million members', () => `{${members(1_000_000)}}\n`],
    [
      'an entry of millions of levels',
      (header: string) => `${header}\n${'['.repeat(15 << 20)}${']'.repeat(15 << 20)}\n`,
    ],
    ['an entry of millions of members', (header: string) => `${header}\n{${members(2_000_000)}}\n`],
  ])('of %s is refused before it is taken apart', (_, write) => {
    const [header] = frameBatch(1, 'f1', DEVICE, '', chain(['a']))
      .toString()
      .split('\n')
    const frame = Buffer.from(write(header as string))
    const began = performance.now()
    expect(attempt(frame)).toBeUndefined()
    // Parsed, each of them would take some five seconds.
    expect(performance.now() - began).toBeLessThan(1500)
  })

  test('holds an entry that is large but as plain as entries are', () => {
    const large = chain(['"}]:\\'.repeat(1 << 19), 'b'])
    expect(readBatch(frameBatch(1, 'f1', DEVICE, '', large)).entries).toHaveLength(2)
  })

  test('is refused if a byte was changed, cut or added anywhere', () => {
    const frame = frameBatch(1, 'f1', DEVICE, '', chain(['a', 'b', 'c']))
    const keys = newDeviceKeys()
    const signature = signBatch(keys.privateKey, frame)
    expect(verifyBatch(keys.publicKey, frame, signature)).toBe(true)
    for (let at = 0; at < frame.length; at++) {
      const changed = Buffer.from(frame)
      changed[at] = (changed[at] as number) ^ 1
      expect(verifyBatch(keys.publicKey, changed, signature)).toBe(false)
      // The facility and the version are all that the chain does not vouch for; the signature does.
      const read = attempt(changed)
      if (read)
        expect({ ...read.header, facility: '', v: 0 }).toEqual({ ...readBatch(frame).header, facility: '', v: 0 })
      expect(attempt(frame.subarray(0, at))).toBeUndefined()
    }
    expect(attempt(Buffer.concat([frame, Buffer.from('{}\n')]))).toBeUndefined()
  })

  test('is refused if entries are left out, doubled or reordered', () => {
    const [a, b, c] = chain(['a', 'b', 'c']) as [OutboxEntry, OutboxEntry, OutboxEntry]
    for (const entries of [
      [a, c],
      [b, a],
      [a, a, b],
      [c, b, a],
    ])
      expect(attempt(frameBatch(1, 'f1', DEVICE, '', entries))).toBeUndefined()
  })

  test('is signed by one device only, and a malformed signature is no error', () => {
    const frame = frameBatch(1, 'f1', DEVICE, '', chain(['a']))
    const [mine, other] = [newDeviceKeys(), newDeviceKeys()]
    expect(verifyBatch(other.publicKey, frame, signBatch(mine.privateKey, frame))).toBe(false)
    for (const junk of ['', 'x', '####', 'A'.repeat(86)]) {
      expect(verifyBatch(mine.publicKey, frame, junk)).toBe(false)
      expect(verifyBatch(junk, frame, signBatch(mine.privateKey, frame))).toBe(false)
    }
  })
})

describe('compression', () => {
  test.each(ENCODINGS.map((encoding) => [encoding]))('%s gives back every byte', (encoding) =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (bytes) => {
        const packed = await deflate(Buffer.from(bytes), [encoding])
        expect(packed.encoding).toBe(encoding)
        expect(await inflate(packed.bytes, encoding, 5000)).toEqual(Buffer.from(bytes))
      }),
      { numRuns: 20 },
    ),
  )

  test.each(ENCODINGS.map((encoding) => [encoding]))('%s does not inflate beyond its limit', async (encoding) => {
    const bomb = await deflate(Buffer.alloc(1 << 20), [encoding])
    await expect(inflate(bomb.bytes, encoding, 1 << 16)).rejects.toMatchObject({ code: 'too-large' })
  })

  test('refuses what is cut, damaged, or packed in another way', async () => {
    for (const encoding of ['zstd', 'br'] as const) {
      const packed = await deflate(Buffer.from('a clinic '.repeat(1000)), [encoding])
      await expect(inflate(packed.bytes.subarray(0, 12), encoding, 1 << 20)).rejects.toBeInstanceOf(InflateError)
      await expect(inflate(Buffer.from('garbage'), encoding, 1 << 20)).rejects.toBeInstanceOf(InflateError)
    }
    await expect(inflate(Buffer.from('x'), 'gzip', 100)).rejects.toMatchObject({ code: 'encoding' })
  })

  test('falls back to what the other end knows', async () => {
    expect((await deflate(Buffer.from('x'), ['br'])).encoding).toBe('br')
    expect((await deflate(Buffer.from('x'), ['lzma'])).encoding).toBe('identity')
  })
})

function attempt(bytes: Buffer): ReturnType<typeof readBatch> | undefined {
  try {
    return readBatch(bytes)
  } catch (error) {
    expect(error).toBeInstanceOf(BatchError)
    return undefined
  }
}
