import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, matchesGlob } from 'node:path'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import type { Configuration } from 'electron-builder'
import { describe, expect, test } from 'vitest'
import { electronBinary } from '../electron-binary.ts'
import { ROOT } from '../paths.ts'
import { FUSES } from './fuses.ts'

const require = createRequire(import.meta.url)
const builder = require('app-builder-lib/out/util/config/config') as {
  getConfig(root: string, file: string, options: null): Promise<Configuration>
  validateConfiguration(config: Configuration, log: { isEnabled: boolean; add(): void }): Promise<void>
}
const log = { isEnabled: false, add: () => undefined }
const config = await builder.getConfig(ROOT, 'electron-builder.yml', null)

/** The packages of ours that the shell, the engine and the sync worker load. */
const LOADED = [
  '@node-rs/argon2',
  '@streamparser/json',
  'better-sqlite3-multiple-ciphers',
  'canonicalize',
  'csv-parse',
  'hash-wasm',
  'zod',
]

describe('electron-builder', () => {
  test('accepts the configuration, and would not accept just any', async () => {
    await builder.validateConfiguration(config, log)
    await expect(
      builder.validateConfiguration({ ...config, nsis: { perMachine: 'yes' } } as unknown as Configuration, log),
    ).rejects.toThrow()
  })

  test('makes what IT asks for: per machine, not one click, on all three systems', () => {
    expect(config.nsis).toMatchObject({ oneClick: false, perMachine: true, deleteAppDataOnUninstall: false })
    expect(config.win).toMatchObject({ target: expect.arrayContaining(['nsis']) })
    expect(config.mac).toMatchObject({ target: ['dmg'] })
    expect(config.linux).toMatchObject({ target: ['AppImage', 'deb', 'rpm'] })
  })

  test('packs every package that the app loads, and none that only the gateway does', () => {
    const packed = closure(LOADED)
    const all = closure(Object.keys({ ...lock['']?.dependencies, ...lock['']?.optionalDependencies }))
    const excluded = (name: string) => exclusions.some((glob) => matchesGlob(`node_modules/${name}/package.json`, glob))
    expect(packed.size).toBeGreaterThan(LOADED.length)
    expect([...packed].filter(excluded)).toEqual([])
    expect([...all].filter((name) => !packed.has(name) && !excluded(name))).toEqual([])
  })
})

describe('fuses', () => {
  test('no way to run as Node, no options, no inspector, and only from the sealed archive', () => {
    expect(FUSES).toMatchObject({
      strictlyRequireAllFuses: true,
      [FuseV1Options.RunAsNode]: false,
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
      [FuseV1Options.EnableNodeCliInspectArguments]: false,
      [FuseV1Options.EnableCookieEncryption]: true,
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
      [FuseV1Options.OnlyLoadAppFromAsar]: true,
      [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
    })
  })

  const program = electronBinary()
  test('are all known to the Electron that is packed', async (context) => {
    context.skip(!program, 'the binary of Electron is not on this machine')
    const wire = await getCurrentFuseWire(program ?? '')
    expect(Object.keys(FUSES)).toEqual(expect.arrayContaining(Object.keys(wire).filter((key) => /^\d+$/.test(key))))
  })
})

interface Locked {
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}
const { packages: lock } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>
}
// The builder reads a plain list as one set of files with a filter.
const exclusions = [config.files ?? []]
  .flat()
  .flatMap((set) => (typeof set === 'string' ? set : (set.filter ?? [])))
  .filter((pattern): pattern is string => typeof pattern === 'string' && pattern.startsWith('!node_modules/'))
  .map((pattern) => pattern.slice(1))

/** These packages and all that they bring. */
function closure(roots: string[]): Set<string> {
  const seen = new Set<string>()
  const waiting = [...roots]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const locked = lock[`node_modules/${name}`]
    if (seen.has(name) || !locked) continue
    seen.add(name)
    waiting.push(...Object.keys({ ...locked.dependencies, ...locked.optionalDependencies }))
  }
  return seen
}
