import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CSP, fileOf, isOurs, PRIVILEGES, serveFiles } from './protocol.ts'

const root = '/app/renderer'

describe('an address names a file of ours, or nothing', () => {
  test.each([
    ['app://alcove/', 'index.html'],
    ['app://alcove/?ended=idle', 'index.html'],
    ['app://alcove/patients/0190', 'index.html'],
    ['app://alcove/assets/main-AbC.js', 'assets/main-AbC.js'],
    ['app://alcove/assets/a%20b.css', 'assets/a b.css'],
    ['app://alcove/a/../assets/x.js', 'assets/x.js'],
  ])('%s', (url, file) => expect(fileOf(root, url)).toBe(join(root, file)))

  test.each([
    'app://alcove/../secret.js',
    'app://alcove/%2e%2e/secret.js',
    'app://alcove/..%2fsecret.js',
    'app://alcove/%2e%2e%2f%2e%2e%2fetc/passwd.json',
    'app://alcove/a/..%2f..%2f..%2fetc/passwd.json',
    'app://alcove/..%5csecret.js',
    // A folder beside ours whose name begins with ours: what a comparison by prefix would let through.
    'app://alcove/..%2frenderer-evil/x.js',
    'app://alcove/x%00.js',
    'app://alcove/%zz.js',
    'app://alcove.evil/index.html',
    'app://evil/index.html',
    'app://alcove:8080/index.html',
    'app://user@alcove/index.html',
    'http://alcove/index.html',
    'file:///app/renderer/index.html',
    'app:index.html',
    '',
  ])('%s', (url) => {
    const file = fileOf(root, url)
    expect(file === undefined || file === join(root, 'secret.js')).toBe(true)
  })

  test('`..` never leaves the folder, however it is written', () => {
    for (const url of ['app://alcove/..%2frenderer-evil/x.js', 'app://alcove/..%2f..%2fetc/passwd.json'])
      expect(fileOf(root, url)).toBeUndefined()
  })

  test('only the exact origin is ours', () => {
    expect(isOurs('app://alcove/')).toBe(true)
    for (const url of ['', 'about:blank', 'app://alcove.evil/', 'app://', 'data:text/html,app://alcove/', 'null'])
      expect(isOurs(url)).toBe(false)
  })
})

describe('the handler', () => {
  let home = ''
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'alcove-protocol-'))
    await mkdir(join(home, 'page'))
    await mkdir(join(home, 'page-evil'))
    await writeFile(join(home, 'page', 'index.html'), '<!doctype html>')
    await writeFile(join(home, 'page-evil', 'x.js'), 'evil')
    await symlink(join(home, 'page-evil', 'x.js'), join(home, 'page', 'link.js'))
    await writeFile(join(home, 'page', 'notes.txt'), 'not a kind of file that a page has')
  })
  afterAll(() => rm(home, { recursive: true }))
  const get = (path: string, method = 'GET') =>
    serveFiles(join(home, 'page'))(new Request(`app://alcove/${path}`, { method }))

  test('serves the page with its policy', async () => {
    const response = await get('')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-security-policy')).toBe(CSP)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  })

  test('refuses every method but GET', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS']) expect((await get('', method)).status).toBe(405)
  })

  test('a link out of the folder, a strange kind of file and a missing one are not found', async () => {
    for (const path of ['link.js', 'notes.txt', 'missing.js', '..%2fpage-evil/x.js'])
      expect((await get(path)).status).toBe(404)
  })
})

test('the policy lets nothing in but our own files, and nothing out', () => {
  for (const part of ["default-src 'none'", "script-src 'self'", "connect-src 'none'", "frame-src 'none'"])
    expect(CSP.split('; ')).toContain(part)
  expect(CSP).not.toMatch(/unsafe|https?:|\*/)
})

test('the scheme does not bypass the policy', () => {
  expect(PRIVILEGES).not.toHaveProperty('bypassCSP')
  expect(PRIVILEGES).not.toHaveProperty('supportFetchAPI')
  expect(PRIVILEGES).not.toHaveProperty('allowServiceWorkers')
})
