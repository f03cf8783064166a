/** Which Alcove made a report: its version, and the commit where it runs from a checkout. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Program {
  version: string
  /** `-dirty` follows if files were changed since; null where it is not known. */
  commit: string | null
}

const HOUSE = join(import.meta.dirname, '..', '..', '..', '..', '..')

export function thisProgram(house = HOUSE): Program {
  const { version } = JSON.parse(readFileSync(join(house, 'package.json'), 'utf8')) as { version: string }
  return { version, commit: commitOf(house) }
}

/** Asked of git itself. A folder inside somebody else's checkout is not ours, and its commit says nothing. */
function commitOf(house: string): string | null {
  const git = (...args: string[]) =>
    execFileSync('git', ['--no-optional-locks', '-C', house, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 10_000,
    }).trim()
  try {
    if (git('rev-parse', '--show-prefix') !== '') return null
    const commit = git('describe', '--always', '--abbrev=40', '--exclude=*', '--dirty')
    return /^[0-9a-f]{40}(-dirty)?$/.test(commit) ? commit : null
  } catch {
    return null // no git, or no checkout
  }
}
