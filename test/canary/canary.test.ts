/**
 * No patient data is readable on the disk: not in the database or its log, not in temporary files (deleted ones
 * either), backups or output; neither while the clinic is open nor after it was killed.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import Sqlite from 'better-sqlite3-multiple-ciphers'
import { afterAll, describe, expect, test } from 'vitest'
import { openClinic, unwrap } from '../../engine/clinic.ts'
import { type Found, filesBelow, filesOpenIn, needles, scanFile } from './scan.ts'
import { CANARY, PASSWORD } from './words.ts'

const root = mkdtempSync(join(tmpdir(), 'alcove-canary-'))
const [data, temp, home, logs] = ['data', 'temp', 'home', 'logs'].map((name) => join(root, name)) as [
  string,
  string,
  string,
  string,
]
for (const folder of [temp, home, logs]) mkdirSync(folder)
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('the scanner', () => {
  test('finds a word in every form that it looks for, across the seams of its chunks too', () => {
    const folder = join(root, 'planted')
    mkdirSync(folder)
    const word = CANARY.family
    const seam = Buffer.concat([Buffer.alloc((1 << 20) - 4, 7), Buffer.from(word), Buffer.alloc(50)])
    const forms: Record<string, Buffer> = {
      plain: Buffer.from(`…${word}…`),
      folded: Buffer.from(word.toLowerCase()),
      wide: Buffer.from(`x${word}`, 'utf16le'),
      seam,
      ...Object.fromEntries(
        [0, 1, 2].map((at) => [
          `base${at}`,
          Buffer.from(Buffer.from(`${'x'.repeat(at)}${word} and more`).toString('base64')),
        ]),
      ),
    }
    for (const [name, bytes] of Object.entries(forms)) writeFileSync(join(folder, name), bytes)
    for (const name of Object.keys(forms)) expect(scanFile(join(folder, name), needles([word])), name).not.toEqual([])
    rmSync(folder, { recursive: true })
  })

  test('would find the words in a database that is not encrypted, and in the temporary files of a sort', () => {
    const file = join(root, 'plain.db')
    const db = new Sqlite(file)
    db.pragma('temp_store=FILE')
    db.pragma('cache_size=10')
    db.exec('create table patient (family text)')
    db.prepare(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 30000) insert into patient select ? || i from n`,
    ).run([CANARY.family])
    const sorting = db.prepare('select family from patient order by family desc').iterate([])
    sorting.next()
    const open = filesOpenIn(process.pid).flatMap((each) => scanFile(each, needles([CANARY.family])))
    sorting.return?.(undefined)
    db.close()
    expect(scanFile(file, needles([CANARY.family]))).not.toEqual([])
    // The database itself is one of the open files; the sort's own is the other.
    expect(new Set(open.map((found) => found.file)).size).toBeGreaterThan(1)
    rmSync(file)
  })
})

test('a day’s work, a kill and a backup leave no patient data, password or recovery code readable', {
  timeout: 180_000,
}, async () => {
  const log = openSync(join(logs, 'stderr'), 'w')
  const child = spawn(process.execPath, [fileURLToPath(new URL('./day.ts', import.meta.url)), data], {
    cwd: temp,
    stdio: ['ignore', 'pipe', log],
    env: { PATH: process.env.PATH, HOME: home, TMPDIR: temp, TMP: temp, TEMP: temp, SQLITE_TMPDIR: temp },
  })
  closeSync(log)
  const words: string[] = [...Object.values(CANARY), PASSWORD]
  const ready = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const said = JSON.parse(line) as { codes?: string[]; ready?: true }
      for (const code of said.codes ?? []) words.push(code, code.replaceAll('-', ''))
      if (said.ready) resolve()
    })
    child.once('exit', () => reject(new Error(readFileSync(join(logs, 'stderr'), 'utf8'))))
  })
  const scan = (): Found[] => {
    const wanted = needles(words)
    const files = [...filesBelow(root), ...(child.pid ? filesOpenIn(child.pid) : [])]
    return files.flatMap((file) => scanFile(file, wanted))
  }
  const early = ready.then(() => false)
  // While it works, from its first minute on.
  for (
    let busy = true;
    busy;
    busy = await Promise.race([early, new Promise<boolean>((go) => setTimeout(go, 200, true))])
  )
    expect(scan()).toEqual([])
  for (let look = 0; look < 5; look++) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(scan()).toEqual([])
  }
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
  expect(scan()).toEqual([])
  const names = filesBelow(root).map((file) => file.slice(root.length + 1))
  // It has looked at what it should have looked at.
  expect(names).toEqual(
    expect.arrayContaining([
      'data/clinic.db',
      'data/clinic.db-wal',
      'data/keyring.json',
      expect.stringMatching(/^data\/backups\/.+\/clinic\.db$/),
    ]),
  )

  const clinic = await openClinic({ dir: data, login: 'admin', password: PASSWORD })
  try {
    const { results } = unwrap(await clinic.dispatch('patient.search', { text: CANARY.family }))
    expect(results.length).toBeGreaterThan(0)
    expect(unwrap(await clinic.dispatch('data.verify', {}))).toMatchObject({ ok: true })
  } finally {
    await clinic.close()
  }
  expect(scan()).toEqual([])
})
