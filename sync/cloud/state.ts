/** Small files that hold a secret: readable by their owner only, written whole or not at all. */
import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { CloudError } from './errors.ts'

/**
 * Reads a JSON file, or makes it. When two commands make it at once, both end up with the same one. A file that is there
 * but is not `whole` is never replaced: a key that was there once may still be on it.
 */
export function readOrMake<T extends object>(path: string, make: () => T, whole: (found: T) => boolean): T {
  const found = read(path, whole)
  if (found) return found
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const fresh = `${path}.${randomBytes(4).toString('hex')}`
  try {
    writeFileSync(fresh, `${JSON.stringify(make())}\n`, { mode: 0o600, flush: true })
    // A link fails if the name is taken; a rename would replace what another command already uses.
    linkSync(fresh, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new CloudError('state-unwritable', `${path} could not be written.`, error)
  } finally {
    rmSync(fresh, { force: true })
  }
  const made = read(path, whole)
  if (!made) throw new CloudError('state-unwritable', `${path} could not be written.`)
  return made
}

/** Whether there is such a file. */
export function isKept(path: string): boolean {
  return existsSync(path)
}

/** Reads a JSON file that must be there. */
export function readKept<T extends object>(path: string, whole: (found: T) => boolean): T {
  const found = read(path, whole)
  if (!found) throw new CloudError('state-unreadable', `${path} is not there.`)
  return found
}

/** Writes a JSON file in place of the one there may be: whoever reads it meanwhile has one or the other, whole. */
export function replaceKept(path: string, value: object): void {
  const fresh = `${path}.${randomBytes(4).toString('hex')}`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeFileSync(fresh, `${JSON.stringify(value)}\n`, { mode: 0o600, flush: true })
    renameSync(fresh, path)
  } catch (error) {
    rmSync(fresh, { force: true })
    throw new CloudError('state-unwritable', `${path} could not be written.`, error)
  }
}

function read<T extends object>(path: string, whole: (found: T) => boolean): T | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new CloudError('state-unreadable', `${path} could not be read.`, error)
  }
  let found: T | null
  try {
    found = JSON.parse(text) as T | null
  } catch (error) {
    throw new CloudError('state-damaged', `${path} is damaged: it is not JSON.`, error)
  }
  if (typeof found !== 'object' || found === null || !whole(found))
    throw new CloudError('state-damaged', `${path} is damaged: it does not hold what it should.`)
  return found
}

/** A password that is kept in a file: the one there is, or one made now. */
export function keptPassword(path: string): string {
  const make = () => ({ password: randomBytes(24).toString('base64url') })
  return readOrMake(path, make, ({ password }) => typeof password === 'string' && password !== '').password
}

/** Where a gateway keeps its TLS key and its login when it runs against a server of one's own. */
export function defaultStateFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment.XDG_STATE_HOME || join(homedir(), '.local', 'state')
  return join(base, 'alcove-cloud')
}
