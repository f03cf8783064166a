import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './paths.ts'

/**
 * Electron's program, if it is on this machine. Its package is always there, the program only where the install could
 * fetch it. The package itself is not asked, since asking makes it try to download.
 */
export function electronBinary(): string | undefined {
  const home = join(ROOT, 'node_modules', 'electron')
  const named = join(home, 'path.txt')
  if (!existsSync(named)) return undefined
  const program = join(home, 'dist', readFileSync(named, 'utf8').trim())
  return existsSync(program) ? program : undefined
}
