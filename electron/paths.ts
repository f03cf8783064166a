import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))

/** From a checkout the shell runs as TypeScript; packaged, it runs bundled from `dist/electron`. */
const fromSource = import.meta.url.endsWith('.ts')

/** The folder with package.json: the checkout, or the packaged app. */
export const ROOT = fromSource ? dirname(here) : dirname(dirname(here))

/** Everything that is built lies in `dist`, whichever way the shell itself was started. */
export const DIST = join(ROOT, 'dist')

/** The page's files: what `app://alcove/` serves. */
export const RENDERER = join(DIST, 'renderer')

/** The sandboxed preload is always built: a sandbox takes one CommonJS file and nothing else. */
export const PRELOAD = join(DIST, 'electron', 'preload.cjs')

/** The program of a utility process, beside this file and of the same kind as it. */
export function entry(name: 'engine-entry' | 'sync-entry'): string {
  return join(here, `${name}.${fromSource ? 'ts' : 'js'}`)
}

/** The icon, where the platform takes it from the window rather than from the installed app. */
export function icon(): string | undefined {
  const file = join(RENDERER, 'icon.png')
  return existsSync(file) ? file : undefined
}
