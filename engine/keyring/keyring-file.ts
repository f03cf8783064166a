/**
 * `keyring.json`: the slots, and the database's key under the facility key. It is replaced whole and never edited. The
 * generation before is kept, and used when the newest cannot be read. Three things guard it: a checksum tells damage
 * without any key; a code under the facility key tells tampering; and what is in a slot opens for its secret only.
 */
import { createHash } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { Damaged, NewerDatabase } from '../errors.ts'
import { Slot } from './slot.ts'

const VERSION = 1

const Content = z.strictObject({
  alcove: z.literal('keyring'),
  version: z.literal(VERSION),
  generation: z.int().positive(),
  facility: z.strictObject({ id: z.string().max(64), name: z.string().max(500) }),
  kdf: z.strictObject({
    memory: z
      .int()
      .min(8)
      .max(4 * 1024 * 1024),
    passes: z.int().min(1).max(100),
    lanes: z.int().min(1).max(16),
  }),
  slots: z.array(Slot).max(1000),
  /** The database's key, under the facility key. */
  database: z.string().max(400),
})
const File = z.strictObject({ content: Content, mac: z.string().max(100), checksum: z.string().max(100) })

export type KeyringContent = z.infer<typeof Content>
export type KeyringFile = z.infer<typeof File>

const CURRENT = 'keyring.json'
const PREVIOUS = 'keyring.previous.json'
const STAGED = 'keyring.new.json'

/** True if the folder has a keyring, or what is left of one. */
export function hasKeyring(dir: string): boolean {
  return existsSync(join(dir, CURRENT)) || existsSync(join(dir, PREVIOUS))
}

export interface Generation {
  file: KeyringFile
  previous: boolean
}

/** The generations that are whole, the newest first. `damaged` if there is none. */
export function readKeyring(dir: string): [Generation, ...Generation[]] {
  const [first, ...rest] = [CURRENT, PREVIOUS].flatMap((name) => {
    const file = intact(join(dir, name))
    return file ? [{ file, previous: name === PREVIOUS }] : []
  })
  if (!first) throw new Damaged('The file with the clinic’s keys (keyring.json)')
  return [first, ...rest]
}

/** Replaces the keyring: after a crash at any point there is either the old one or the new one. */
export function writeKeyring(dir: string, content: KeyringContent, mac: string): void {
  const body = { content, mac }
  const text = JSON.stringify({ ...body, checksum: checksumOf(body) })
  const staged = join(dir, STAGED)
  try {
    writeDurably(staged, text)
  } catch (error) {
    rmSync(staged, { force: true })
    throw error
  }
  // A damaged file is not worth keeping, least of all in the place of the one that has just served instead of it.
  if (intactOrNewer(join(dir, CURRENT))) renameSync(join(dir, CURRENT), join(dir, PREVIOUS))
  renameSync(staged, join(dir, CURRENT))
  syncFolder(dir)
}

function intactOrNewer(path: string): boolean {
  try {
    return intact(path) !== undefined
  } catch {
    return true
  }
}

function intact(path: string): KeyringFile | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  try {
    const raw = JSON.parse(text) as { content?: unknown; mac?: unknown; checksum?: unknown }
    // Every byte counts: what is read has to be what would be written.
    if (JSON.stringify(raw) !== text || raw.checksum !== checksumOf({ content: raw.content, mac: raw.mac }))
      return undefined
    const version = z.looseObject({ version: z.int() }).safeParse(raw.content)
    if (version.success && version.data.version > VERSION) throw new NewerDatabase()
    return File.parse(raw)
  } catch (error) {
    if (error instanceof NewerDatabase) throw error
    return undefined
  }
}

function checksumOf(body: { content: unknown; mac: unknown }): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('base64url')
}

/** Writes a file that is on the disk when this returns. */
export function writeDurably(path: string, text: string): void {
  // Only this computer's account for the clinic needs to read it.
  const file = openSync(path, 'w', 0o600)
  try {
    for (let bytes = Buffer.from(text); bytes.length > 0; ) bytes = bytes.subarray(writeSync(file, bytes))
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Makes what was written to that file last. */
export function syncFile(path: string): void {
  const file = openSync(path, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Makes a rename in that folder last. Windows cannot, and does not need to. */
export function syncFolder(dir: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(dir, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
