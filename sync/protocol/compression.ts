/** Compression of a batch: zstd where Node has it (22.15 and later), otherwise brotli. Both ends probe; neither assumes. */
import { promisify } from 'node:util'
import * as zlib from 'node:zlib'

export type Encoding = 'zstd' | 'br' | 'identity'

const hasZstd = typeof zlib.zstdCompress === 'function'
/** Node's own 16 KiB would have a batch come out in a hundred pieces. */
const CHUNK = 256 << 10
const brotli = promisify(zlib.brotliCompress)
const unbrotli = promisify(zlib.brotliDecompress)

/** The encodings this program reads and writes, best first. */
export const ENCODINGS: readonly Encoding[] = hasZstd ? ['zstd', 'br', 'identity'] : ['br', 'identity']

/** Thrown for a body that does not inflate, or inflates to more than was allowed. */
export class InflateError extends Error {
  override readonly name = 'InflateError'
  readonly code: 'encoding' | 'too-large' | 'bad-batch'
  constructor(code: InflateError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** Compresses with the best encoding that the other end takes. */
export async function deflate(
  bytes: Buffer,
  accepted: readonly string[] = ENCODINGS,
): Promise<{ encoding: Encoding; bytes: Buffer }> {
  const encoding = ENCODINGS.find((known) => accepted.includes(known)) ?? 'identity'
  if (encoding === 'zstd') return { encoding, bytes: await promisify(zlib.zstdCompress)(bytes) }
  if (encoding === 'br') {
    // The default quality of 11 is meant for files that are compressed once and served for years.
    const params = { [zlib.constants.BROTLI_PARAM_QUALITY]: 4, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
    return { encoding, bytes: await brotli(bytes, { params }) }
  }
  return { encoding, bytes }
}

/** Inflates to at most `limit` bytes: a few kilobytes can otherwise be made to fill any memory. Throws InflateError. */
export async function inflate(bytes: Buffer, encoding: string, limit: number): Promise<Buffer> {
  if (encoding === 'identity') {
    if (bytes.length > limit) throw new InflateError('too-large', 'The body is larger than allowed.')
    return bytes
  }
  if (!(ENCODINGS as readonly string[]).includes(encoding))
    throw new InflateError('encoding', 'The body is compressed in a way that is not understood here.')
  try {
    return await (encoding === 'zstd' ? promisify(zlib.zstdDecompress) : unbrotli)(bytes, {
      maxOutputLength: limit,
      chunkSize: CHUNK,
    })
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ERR_BUFFER_TOO_LARGE')
      throw new InflateError('too-large', 'The body inflates to more than is allowed.')
    throw new InflateError('bad-batch', 'The body is cut or damaged: it does not inflate.')
  }
}
