/**
 * `npm test`: every suite that this machine can run, then a plain list of what it could not, and one closing line.
 * `npm test -- units`, `-- screens`, `-- checks` run a part.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { check } from './check.ts'
import { tallyOfPlaywright } from './reporting/playwright-tally.ts'
import { closingLine, skippedLines, type Tally } from './reporting/tally.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const scratch = mkdtempSync(join(tmpdir(), 'alcove-test-'))

function run(script: string, args: string[], env: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    })
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

/** A suite whose report says that nothing failed, but whose process did, has failed all the same. */
function settled(tally: Tally, code: number): Tally {
  return code !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally
}

function readTally(file: string, read: (text: string) => Tally, suite: string): Tally {
  try {
    return read(readFileSync(file, 'utf8'))
  } catch {
    return { suite, passed: 0, failed: 1, skipped: [] }
  }
}

async function checks(): Promise<Tally> {
  const results = await check()
  for (const { name, ok, says } of results) console.log(`${ok ? '✓' : '✗'} ${name}: ${says}`)
  const failed = results.filter((result) => !result.ok).length
  return { suite: 'checks', passed: results.length - failed, failed, skipped: [] }
}

async function units(): Promise<Tally> {
  const file = join(scratch, 'vitest.json')
  const code = await run(join(root, 'node_modules/vitest/vitest.mjs'), ['run'], { ALCOVE_TALLY: file })
  return settled(
    readTally(file, (text) => JSON.parse(text), 'vitest'),
    code,
  )
}

async function screens(): Promise<Tally> {
  const file = join(scratch, 'playwright.json')
  const code = await run(join(root, 'node_modules/@playwright/test/cli.js'), ['test', '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_NAME: file,
  })
  return settled(
    readTally(file, (text) => tallyOfPlaywright(JSON.parse(text)), 'playwright'),
    code,
  )
}

const SUITES = { checks, units, screens }

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !Object.hasOwn(SUITES, name))
if (unknown.length > 0) {
  console.error(`There is no suite named ${unknown.join(', ')}. There are: ${Object.keys(SUITES).join(', ')}.`)
  process.exit(1)
}
const tallies: Tally[] = []
for (const [name, suite] of Object.entries(SUITES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  console.log(`\n== ${name} ==`)
  tallies.push(await suite())
}
rmSync(scratch, { recursive: true, force: true })

console.log()
for (const line of skippedLines(tallies)) console.log(line)
console.log()
console.log(closingLine(tallies))
if (tallies.some((tally) => tally.failed > 0)) process.exitCode = 1
