/** An archive on disk: written aside, on the disk for good before it has its name, and never in another file's place. */
import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { link, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { pipeline, Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { createZstdCompress, createZstdDecompress } from 'node:zlib'
import { Decrypter, Encrypter, type Identity, type Recipient } from 'age-encryption'
import { CloudError } from '../errors.ts'
import { damaged, LineReader, type Piece } from './format.ts'

/** More than any row can take: an entry has 8 MiB at most, an attachment is written with two digits a byte. */
const LONGEST_LINE = 256 << 20

/** A file that is being made. It has its name only once it is kept. */
export interface Draft {
  path: string
  keep(): Promise<void>
  drop(): Promise<void>
}

/** Refuses a name under which nothing can be written, before anything is done that would have to be undone. */
export async function mayBeWritten(out: string): Promise<void> {
  const { part, file } = await begun(out)
  await file.close()
  await rm(part, { force: true })
}

/** The file under another name, in the same folder, until it is whole. */
async function begun(out: string) {
  const path = resolve(out)
  if (await stat(path).catch(() => undefined))
    throw new CloudError(
      'out-exists',
      'There is a file of that name already. Give another --out; this one is not touched.',
    )
  const part = `${path}.${randomBytes(4).toString('hex')}.part`
  const file = await open(part, 'wx', 0o600).catch((error: unknown) => {
    throw new CloudError('out-unwritable', 'The file that --out names cannot be made there.', error)
  })
  return { path, part, file }
}

/** Writes text to a new file, compressed and then sealed. On failure nothing is left. */
export async function writeSealed(
  out: string,
  text: AsyncIterable<string>,
  recipients: readonly (string | Recipient)[],
): Promise<Draft> {
  const { path, part, file } = await begun(out)
  const drop = () => rm(part, { force: true })
  try {
    const encrypter = new Encrypter()
    for (const recipient of recipients) encrypter.addRecipient(recipient)
    const packed = pipeline(Readable.from(text, { objectMode: false }), createZstdCompress(), () => {})
    const sealed = await encrypter.encrypt(Readable.toWeb(packed) as globalThis.ReadableStream<Uint8Array>)
    for await (const chunk of sealed as unknown as ReadableStream<Uint8Array>) await writeAll(file, chunk)
    await file.sync()
  } catch (error) {
    await file.close()
    await drop()
    throw isFull(error)
      ? new CloudError('disk-full', 'There is no room for the archive. Nothing is left of it.', error)
      : error
  }
  await file.close()
  return { path: part, keep: () => keep(part, path), drop }
}

async function writeAll(file: Awaited<ReturnType<typeof open>>, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten
}

async function keep(part: string, path: string): Promise<void> {
  try {
    await name(part, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new CloudError('out-exists', 'Somebody made a file of that name meanwhile. Give another --out.', error)
    throw new CloudError('out-unwritable', 'The archive could not be given the name that --out says.', error)
  } finally {
    await rm(part, { force: true })
  }
  const folder = await open(dirname(path), 'r')
  // Not every system can sync a folder; the file itself is on disk.
  await folder.sync().catch(() => {})
  await folder.close()
}

/** A link fails if the name was taken meanwhile; a rename would take the other file's place. */
async function name(part: string, path: string): Promise<void> {
  try {
    await link(part, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error
    // A disk without hard links, as a USB stick: the name is taken by an empty file of ours, whose place may be taken.
    await (await open(path, 'wx', 0o600)).close()
    await rename(part, path)
  }
}

function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes((error as NodeJS.ErrnoException).code ?? '')
}

/** Reads an archive piece by piece, each line checked to be in its place, and at the end the whole. */
export async function* readSealed(path: string, identities: readonly (string | Identity)[]): AsyncGenerator<Piece> {
  // A NUL is in no file's name, and is refused by throwing at once.
  if (path === '' || path.includes('\0')) throw noArchive()
  const bytes = createReadStream(resolve(path))
  const reader = new LineReader()
  try {
    const decrypter = new Decrypter()
    for (const identity of identities) decrypter.addIdentity(identity)
    const opened = await decrypter.decrypt(Readable.toWeb(bytes) as globalThis.ReadableStream<Uint8Array>)
    const plain = pipeline(Readable.fromWeb(opened as unknown as ReadableStream), createZstdDecompress(), () => {})
    for await (const line of lines(plain)) {
      const piece = reader.read(line)
      if (piece) yield piece
    }
    reader.finish()
  } catch (error) {
    throw asCloudError(error)
  } finally {
    bytes.destroy()
  }
}

async function* lines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let held: Buffer[] = []
  let size = 0
  for await (const chunk of chunks) {
    let from = 0
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      held.push(chunk.subarray(from, at))
      yield Buffer.concat(held).toString('utf8')
      held = []
      size = 0
      from = at + 1
    }
    held.push(chunk.subarray(from))
    size += chunk.length - from
    if (size > LONGEST_LINE) throw damaged()
  }
  if (size > 0) throw damaged()
}

function asCloudError(error: unknown): unknown {
  if (error instanceof CloudError) return error
  const { code, message } = error as { code?: string; message?: string }
  if (['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes(code ?? '')) return noArchive(error)
  if (code === 'EACCES') return error
  if (/no identity matched/.test(message ?? ''))
    return new CloudError(
      'archive-key',
      'That recovery code does not open this archive. If the code was changed since, give the one from the time of the archive. Nothing was changed.',
      error,
    )
  return damaged(error)
}

function noArchive(cause?: unknown): CloudError {
  return new CloudError('no-archive', 'There is no archive of that name.', cause)
}
