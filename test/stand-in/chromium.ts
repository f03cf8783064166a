import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { chromium as playwright } from '@playwright/test'
import { inflate } from '@sparticuz/chromium'

const require = createRequire(import.meta.url)

/** Chromium's own reasons to talk, off; and no name resolves, so that whatever is forgotten here gets nowhere. */
export const FLAGS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-domain-reliability',
  '--no-pings',
  '--no-first-run',
  '--no-default-browser-check',
  '--metrics-recording-only',
  '--host-resolver-rules=MAP * ~NOTFOUND',
  '--font-render-hinting=none',
  // Chromium refuses to run its sandbox as root.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
]

/** The headless Chromium that comes inside an npm package, and what it needs of its environment. */
export async function headlessChromium(): Promise<{ executablePath: string; env: Record<string, string> }> {
  await provideFonts()
  const place = await unpacked()
  const executablePath = join(place, 'chromium')
  return {
    executablePath,
    env: { ...present(process.env), ...libraries(executablePath, join(place, 'al2023', 'lib')) },
  }
}

/** A bare machine lacks libraries that every desktop has; the package brings those. The machine's own come first. */
function libraries(program: string, brought: string): Record<string, string> {
  const { stdout } = spawnSync('ldd', [program], { encoding: 'utf8' })
  return process.platform === 'linux' && /not found/.test(stdout ?? '') ? { LD_LIBRARY_PATH: brought } : {}
}

/** An environment without what is not set. */
export function present(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined))
}

/**
 * A bare machine has no fonts, or nothing that says where they are, and a page would be without a letter. The package
 * brings a font; its own configuration names places of the cloud that it was made for, so another is written here.
 */
export async function provideFonts(): Promise<void> {
  if (process.platform !== 'linux' || process.env.FONTCONFIG_FILE || existsSync('/etc/fonts/fonts.conf')) return
  const fonts = join(await unpacked(), 'fonts')
  const file = join(fonts, 'alcove.conf')
  const dirs = [join(fonts, 'fonts'), '/usr/share/fonts', '/usr/local/share/fonts'].map((dir) => `<dir>${dir}</dir>`)
  if (!existsSync(file))
    writeFileSync(
      file,
      `<?xml version="1.0"?><fontconfig>${dirs.join('')}<cachedir>${join(fonts, 'cache')}</cachedir></fontconfig>`,
    )
  process.env.FONTCONFIG_FILE = file
}

/** Where the package's archives lie unpacked: once for this version of it, in the temp folder. */
async function unpacked(): Promise<string> {
  const home = dirname(dirname(require.resolve('@sparticuz/chromium')))
  const { version } = require(join(home, 'package.json')) as { version: string }
  const place = join(tmpdir(), `alcove-browser-${version}-${process.getuid?.() ?? 0}`)
  if (!existsSync(place)) {
    // Unpacked aside and renamed, so that a run beside this one never starts half a browser.
    const aside = mkdtempSync(join(tmpdir(), 'alcove-unpack-'))
    await unpack(join(home, 'bin'), aside)
    try {
      renameSync(aside, place)
    } catch {
      rmSync(aside, { recursive: true, force: true })
    }
  }
  return place
}

async function unpack(from: string, to: string): Promise<void> {
  const before = process.env.TMPDIR
  // The package unpacks into the temp folder as the environment names it, and asks for it at once.
  process.env.TMPDIR = to
  mkdirSync(to, { recursive: true })
  const done = ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br'].map((name) =>
    inflate(join(from, name)),
  )
  if (before === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = before
  await Promise.all(done)
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

/** A Chromium that can show a window, if this machine has one. */
export function visibleChromium(): string | undefined {
  const named = (process.env.PATH ?? '').split(delimiter).flatMap((dir) => NAMES.map((name) => join(dir, name)))
  return [...named, ...PLACES, playwright.executablePath()].find((file) => existsSync(file))
}

/** Whether there is somewhere to show a window. */
export function hasDisplay(): boolean {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}
