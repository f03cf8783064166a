import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { PolicySource } from './policy.ts'

const run = promisify(execFile)

/** Where this kind of machine keeps its policies. A place that is not there answers undefined. */
export function policySources(around: {
  platform: NodeJS.Platform
  env: NodeJS.ProcessEnv
  packaged: boolean
}): PolicySource[] {
  const { platform, env, packaged } = around
  // For tests and for trying a policy out; an installed app takes it from the administrator's place only.
  if (!packaged && env.ALCOVE_POLICY) return [jsonFile(env.ALCOVE_POLICY)]
  if (platform === 'win32') return [registry('HKLM\\Software\\Policies\\Alcove')]
  if (platform === 'darwin') return [managedPreferences('/Library/Managed Preferences/org.alcove.Alcove.plist')]
  return [jsonFile('/etc/alcove/policy.json')]
}

function jsonFile(path: string): PolicySource {
  return {
    place: path,
    read: async () => {
      const text = await textOf(path)
      return text === undefined ? undefined : JSON.parse(text)
    },
  }
}

function managedPreferences(path: string): PolicySource {
  return {
    place: path,
    read: async () => {
      if ((await textOf(path)) === undefined) return undefined
      const { stdout } = await run('/usr/bin/plutil', ['-convert', 'json', '-o', '-', path])
      return JSON.parse(stdout)
    },
  }
}

function registry(key: string): PolicySource {
  return {
    place: key,
    read: async () => {
      try {
        const { stdout } = await run('reg.exe', ['query', key], { windowsHide: true })
        return parseRegistry(stdout)
      } catch (error) {
        // `reg query` exits 1 for a key that is not there: no policy.
        if (error instanceof Error && 'code' in error && error.code === 1) return undefined
        throw error
      }
    },
  }
}

const TRUTHS = new Set(['syncAllowed', 'exportAllowed', 'contentProtection'])

/** Reads what `reg query` prints. The registry has no booleans, so a number stands for one where one is meant. */
export function parseRegistry(text: string): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const line of text.split(/\r?\n/)) {
    const [, name, type, value] = /^\s{2,}(\S.*?)\s{2,}(REG_\w+)\s{2,}(.*)$/.exec(line) ?? []
    if (name === undefined || value === undefined) continue
    const number = type === 'REG_DWORD' ? Number(value) : undefined
    values[name] =
      number === undefined ? value : TRUTHS.has(name) && (number === 0 || number === 1) ? number === 1 : number
  }
  return values
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
