/**
 * `npm run check`: types, format and lint, who imports whom, and what nobody uses.
 * Each check has to have looked at something: one that saw no file is a failure, not a pass.
 */
import { execFile } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Fewer modules than this means that the lint looked in the wrong place. */
const FEWEST_MODULES = 50

export interface CheckResult {
  name: string
  ok: boolean
  /** What it saw, or what is wrong. */
  says: string
}

interface Ran {
  code: number
  out: string
}

function run(script: string, args: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { cwd: root, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      resolve({ code: error ? (typeof error.code === 'number' ? error.code : 1) : 0, out: `${stdout}${stderr}` })
    })
  })
}

/** The script behind a package's command. */
function bin(name: string, path: string): string {
  return join(root, 'node_modules', name, path)
}

async function types(): Promise<CheckResult> {
  const { code, out } = await run(join(root, 'node_modules/typescript7/bin/tsc'), ['-p', '.', '--listFilesOnly'])
  const ours = out.split('\n').filter((file) => file && !file.includes('node_modules')).length
  const checked = await run(join(root, 'node_modules/typescript7/bin/tsc'), ['-p', '.'])
  const ok = code === 0 && checked.code === 0 && ours >= FEWEST_MODULES
  return { name: 'types', ok, says: ok ? `${ours} files` : checked.out || `only ${ours} files seen` }
}

async function style(): Promise<CheckResult> {
  const { code, out } = await run(bin('@biomejs/biome', 'bin/biome'), ['check', '--max-diagnostics=40', '.'])
  const seen = Number(/Checked (\d+) files/.exec(out)?.[1] ?? 0)
  const ok = code === 0 && seen >= FEWEST_MODULES
  return { name: 'format and lint', ok, says: ok ? `${seen} files` : out }
}

async function layers(): Promise<CheckResult> {
  const rooms = ['domain', 'engine', 'electron', 'renderer', 'sync', 'test', 'bench']
  const { code, out } = await run(bin('dependency-cruiser', 'bin/dependency-cruiser.mjs'), [
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'json',
    ...rooms,
  ])
  let summary: { totalCruised: number; violations: { rule: { name: string }; from: string; to: string }[] }
  try {
    summary = JSON.parse(out).summary
  } catch {
    return { name: 'who imports whom', ok: false, says: out.slice(0, 2000) || `exit ${code}` }
  }
  const broken = summary.violations.map((it) => `${it.rule.name}: ${it.from} → ${it.to}`)
  const ok = broken.length === 0 && summary.totalCruised >= FEWEST_MODULES
  return {
    name: 'who imports whom',
    ok,
    says: ok ? `${summary.totalCruised} modules` : broken.join('\n') || `only ${summary.totalCruised} modules seen`,
  }
}

async function unused(): Promise<CheckResult> {
  const { code, out } = await run(bin('knip', 'bin/knip.js'), ['--no-progress'])
  return { name: 'nothing unused', ok: code === 0, says: code === 0 ? 'files, exports, packages' : out }
}

/** Runs every check, two at a time. */
export async function check(): Promise<CheckResult[]> {
  return [...(await Promise.all([types(), style()])), ...(await Promise.all([layers(), unused()]))]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const results = await check()
  for (const { name, ok, says } of results) console.log(`${ok ? '✓' : '✗'} ${name}: ${says}`)
  if (results.some((result) => !result.ok)) process.exitCode = 1
}
