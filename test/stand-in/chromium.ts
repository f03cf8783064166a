import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
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

/** The headless Chromium that comes inside an npm package, unpacked once for this version of it. */
export async function headlessChromium(): Promise<string> {
  const home = dirname(dirname(require.resolve('@sparticuz/chromium')))
  const { version } = require(join(home, 'package.json')) as { version: string }
  const place = join(tmpdir(), `alcove-chromium-${version}-${process.getuid?.() ?? 0}`)
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
  provideFonts(place)
  return join(place, 'chromium')
}

async function unpack(from: string, to: string): Promise<void> {
  const before = process.env.TMPDIR
  // The package unpacks into the temp folder as the environment names it, and asks for it at once.
  process.env.TMPDIR = to
  mkdirSync(to, { recursive: true })
  const done = ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br'].map((name) => inflate(join(from, name)))
  if (before === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = before
  await Promise.all(done)
}

/** A bare machine has no fonts; the package brings one. */
function provideFonts(place: string): void {
  const own = ['/usr/share/fonts', '/usr/local/share/fonts'].some(
    (dir) => existsSync(dir) && readdirSync(dir).length > 0,
  )
  if (process.platform === 'linux' && !own) process.env.FONTCONFIG_PATH ??= join(place, 'fonts')
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
