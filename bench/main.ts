/**
 * `npm run bench [name…]`: measures what docs/performance.md says, and fails if a target is missed.
 * Each bench is its own process, so that one's heap and caches are not another's.
 */
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Bench, Figure } from './figure.ts'

const here = dirname(fileURLToPath(import.meta.url))
const files = readdirSync(join(here, 'benches')).filter((file) => file.endsWith('.ts'))

async function runHere(file: string): Promise<Figure[]> {
  const module: Record<string, unknown> = await import(join(here, 'benches', file))
  const bench = Object.values(module).find((it): it is Bench => typeof it === 'object' && it !== null && 'run' in it)
  if (!bench) throw new TypeError(`${file} exports no bench`)
  return bench.run()
}

function runApart(file: string): Promise<Figure[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--expose-gc', fileURLToPath(import.meta.url), '--apart', file], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    let figures: Figure[] | undefined
    child.on('message', (message) => {
      figures = message as Figure[]
    })
    child.on('error', reject)
    child.on('exit', (code) =>
      figures ? resolve(figures) : reject(new Error(`${file} ended with ${code} and no figures`)),
    )
  })
}

const shown = (value: number) =>
  value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)))

if (process.argv[2] === '--apart') {
  process.send?.(await runHere(process.argv[3] as string), () => process.disconnect())
} else {
  const wanted = process.argv.slice(2)
  const unknown = wanted.filter((name) => !files.includes(`${name}.ts`))
  if (unknown.length > 0) {
    console.error(
      `There is no bench named ${unknown.join(', ')}. There are: ${files.map((file) => file.slice(0, -3)).join(', ')}.`,
    )
    process.exit(1)
  }
  console.log(
    `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
  )
  let missed = 0
  for (const file of files) {
    const name = file.slice(0, -3)
    if (wanted.length > 0 && !wanted.includes(name)) continue
    console.log(`\n${name}`)
    for (const figure of await runApart(file)) {
      const verdict = figure.target ? `  (${figure.target}: ${figure.ok ? 'met' : 'MISSED'})` : ''
      if (figure.target && !figure.ok) missed++
      console.log(`  ${figure.name.padEnd(58)} ${shown(figure.value).padStart(9)} ${figure.unit}${verdict}`)
    }
  }
  console.log(
    missed === 0 ? '\nEvery target was met.' : `\n${missed} target${missed === 1 ? ' was' : 's were'} missed.`,
  )
  if (missed > 0) process.exitCode = 1
}
