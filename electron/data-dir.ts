import { accessSync, constants, existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

export interface Surroundings {
  argv: string[]
  env: NodeJS.ProcessEnv
  platform: NodeJS.Platform
  packaged: boolean
  /** The person's own application folder, used when the machine has none for everyone. */
  home: string
  isWritable?: (dir: string) => boolean
}

/**
 * Where the records lie: as said by `--data`, else the machine's folder that every user of it shares, else the
 * person's own. Never Documents, which synchronizes itself to somebody's cloud.
 */
export function dataDir(around: Surroundings): string {
  const { values } = parseArgs({
    args: around.argv,
    options: { data: { type: 'string' } },
    strict: false,
    allowPositionals: true,
  })
  if (typeof values.data === 'string' && values.data !== '') return resolve(values.data)
  // A developer's convenience; an installed app is not led elsewhere by its environment.
  if (!around.packaged && around.env.ALCOVE_DATA) return resolve(around.env.ALCOVE_DATA)
  const isWritable = around.isWritable ?? writable
  const shared = sharedDir(around.platform, around.env)
  if (isWritable(shared)) return shared
  // On Windows the usual folder roams: it would be copied to every machine that the person signs in on.
  const { LOCALAPPDATA } = around.env
  return around.platform === 'win32' && LOCALAPPDATA
    ? join(LOCALAPPDATA, 'Alcove', 'records')
    : join(around.home, 'records')
}

function sharedDir(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string {
  if (platform === 'win32') return join(env.ProgramData ?? 'C:\\ProgramData', 'Alcove')
  if (platform === 'darwin') return '/Library/Application Support/Alcove'
  return '/var/lib/alcove'
}

function writable(dir: string): boolean {
  if (!existsSync(dir)) return false
  try {
    accessSync(dir, constants.W_OK)
    return true
  } catch {
    return false
  }
}
