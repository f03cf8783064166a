import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { build as bundle } from 'esbuild'
import { build as buildPages } from 'vite'
import { DIST, RENDERER, ROOT } from './paths.ts'

/**
 * `npm run build`: what the app cannot take as TypeScript. A packaged app takes all of it; from a checkout only the
 * page and its sandboxed preload are needed, and those only when a source is newer than they are.
 */

const OUT = join(DIST, 'electron')

/** The page and its preload, if what is in `dist` is older than what it is made from. Answers what it built. */
export async function buildPage(): Promise<string[]> {
  const built: string[] = []
  if (isStale(join(OUT, 'preload.cjs'), ['electron'])) {
    await buildPreload()
    built.push('preload')
  }
  if (isStale(join(RENDERER, 'index.html'), ['renderer', 'domain', 'vite.config.ts'])) {
    await buildRenderer()
    built.push('page')
  }
  return built
}

/** Everything, for packaging: main and the utility processes as modules for Electron's own Node. */
export async function buildAll(): Promise<void> {
  await buildPage()
  // Pieces are named by their content: those of an earlier build would be packed too.
  for (const name of readdirSync(OUT)) if (!name.startsWith('preload')) rmSync(join(OUT, name))
  await bundle({
    entryPoints: ['main', 'engine-entry', 'sync-entry'].map((name) => join(ROOT, 'electron', `${name}.ts`)),
    outdir: OUT,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    packages: 'external',
    // `import()` of the network's code stays a file of its own: with sync off it is never loaded.
    splitting: true,
    sourcemap: 'linked',
    logLevel: 'warning',
  })
}

/** Built aside and moved into place, so that an app that is running meanwhile never meets half a page. */
async function buildRenderer(): Promise<void> {
  const aside = join(DIST, `renderer-${process.pid}`)
  const old = `${aside}-old`
  try {
    await buildPages({
      root: join(ROOT, 'renderer'),
      configFile: join(ROOT, 'vite.config.ts'),
      logLevel: 'error',
      build: { outDir: aside, emptyOutDir: true },
    })
    if (existsSync(RENDERER)) renameSync(RENDERER, old)
    renameSync(aside, RENDERER)
  } finally {
    rmSync(aside, { recursive: true, force: true })
    rmSync(old, { recursive: true, force: true })
  }
}

async function buildPreload(): Promise<void> {
  await bundle({
    entryPoints: [join(ROOT, 'electron', 'preload.ts')],
    outfile: join(OUT, 'preload.cjs'),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    external: ['electron'],
    logLevel: 'warning',
  })
}

function isStale(product: string, sources: string[]): boolean {
  if (!existsSync(product)) return true
  const made = statSync(product).mtimeMs
  return sources.some((source) => newest(join(ROOT, source)) > made)
}

function newest(path: string): number {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
}

if (import.meta.main) await buildAll()
