import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { childEnvironment } from './child-environment.ts'
import { ROOT } from './paths.ts'

/** What is forbidden in the shell's sources, held by a look at them rather than by habit. */

const shell = sources('electron/**/*.ts')
const pages = sources('renderer/**/*.{ts,tsx}')

function sources(glob: string): Map<string, string> {
  const files = globSync(glob, { cwd: ROOT }).filter((file) => !/\.test\.tsx?$/.test(file))
  return new Map(files.map((file) => [file.replaceAll('\\', '/'), readFileSync(join(ROOT, file), 'utf8')]))
}

function naming(pattern: RegExp, among = shell): string[] {
  return [...among].filter(([, text]) => pattern.test(text)).map(([file]) => file)
}

describe('the shell’s sources', () => {
  test('there are some to look at', () => {
    expect(shell.size).toBeGreaterThan(20)
    expect(pages.size).toBeGreaterThan(20)
  })

  test('one file takes calls from the page, and one carries them', () => {
    expect(naming(/\bipcMain\b/)).toEqual(['electron/broker.ts'])
    expect(naming(/\bipcRenderer\b/)).toEqual(['electron/preload.ts'])
    expect(naming(/\bipcRenderer\b|from 'electron'/, pages)).toEqual([])
  })

  test('the clipboard and the person’s browser are main’s alone, each in one place', () => {
    expect(naming(/\bclipboard\.(read|write)/)).toEqual(['electron/shell-calls.ts'])
    expect(naming(/\bopenExternal\b/)).toEqual(['electron/security.ts'])
    expect(naming(/navigator\.clipboard/, pages)).toEqual([])
  })

  test('nothing loosens a window', () => {
    const loose = /webSecurity|allowRunningInsecureContent|enableBlinkFeatures|experimentalFeatures|webviewTag: true/
    expect(naming(loose)).toEqual([])
    expect(naming(/nodeIntegration\w*: true|sandbox: false|contextIsolation: false|bypassCSP: true/)).toEqual([])
    expect(naming(/executeJavaScript|insertText|remote\b.*require/)).toEqual([])
  })

  test('the sandbox is on for everything before the app is ready', () => {
    const main = shell.get('electron/main.ts') ?? ''
    expect(main.indexOf('app.enableSandbox()')).toBeGreaterThan(0)
    expect(main.indexOf('app.enableSandbox()')).toBeLessThan(main.indexOf('whenReady'))
  })

  test('main knows no SQL', () => {
    expect(
      naming(/\bselect\b.+\bfrom\b|\binsert into\b|\bupdate\b.+\bset\b/i).filter((file) => !file.includes('/cli/')),
    ).toEqual([])
  })
})

test('a password or options of Node in the environment do not reach a process of ours', () => {
  const env = {
    PATH: '/bin',
    ALCOVE_PASSWORD: 'secret',
    ALCOVE_SAMPLE: '{}',
    NODE_OPTIONS: '--inspect',
    HTTPS_PROXY: 'x',
  }
  expect(childEnvironment(env)).toEqual({ PATH: '/bin' })
})
