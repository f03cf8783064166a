/** Small files that hold a secret: readable by their owner only, written whole or not at all. */
import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { CloudError } from './errors.ts'

/** Reads a JSON file, or makes it. When two commands make it at once, both end up with the same one. */
export function readOrMake<T extends object>(path: string, make: () => T): T {
  const found = read<T>(path)
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
  const made = read<T>(path)
  if (!made) throw new CloudError('state-unwritable', `${path} could not be written.`)
  return made
}

function read<T extends object>(path: string): T | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new CloudError('state-unreadable', `${path} could not be read.`, error)
  }
  try {
    return JSON.parse(text) as T
  } catch (error) {
    throw new CloudError('state-damaged', `${path} is damaged: it is not JSON.`, error)
  }
}

/** Where a gateway keeps its TLS key and its login when it runs against a server of one's own. */
export function defaultStateFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment.XDG_STATE_HOME || join(homedir(), '.local', 'state')
  return join(base, 'alcove-cloud')
}
