import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const root = dirname(import.meta.dirname)
const house = mkdtempSync(join(tmpdir(), 'alcove-layers-'))
afterAll(() => rmSync(house, { recursive: true }))

copyFileSync(join(root, 'tsconfig.json'), join(house, 'tsconfig.json'))
symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'))
writeFileSync(join(house, 'package.json'), '{"type":"module"}')

function plant(file: string, text: string): void {
  mkdirSync(dirname(join(house, file)), { recursive: true })
  writeFileSync(join(house, file), text)
}

function broken(): string[] {
  const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
  const args = [
    '--config',
    join(root, '.dependency-cruiser.cjs'),
    '--output-type',
    'json',
    'domain',
    'engine',
    'renderer',
    'sync',
    'electron',
    'test',
  ]
  let out: string
  try {
    out = execFileSync(process.execPath, [cruiser, ...args], { cwd: house, encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    out = (error as { stdout: string }).stdout
  }
  const { summary } = JSON.parse(out) as {
    summary: { totalCruised: number; violations: { rule: { name: string }; from: string }[] }
  }
  expect(summary.totalCruised).toBeGreaterThan(5)
  return summary.violations.map((it) => `${it.from} ${it.rule.name}`).sort()
}

test('each import that the table of rooms forbids is refused by name, and those it allows are not', () => {
  plant('domain/pure.ts', 'export const pure = 1\n')
  plant('domain/impure.ts', "import { readFileSync } from 'node:fs'\nexport const impure = readFileSync\n")
  plant('domain/upward.ts', "import { store } from '../engine/store.ts'\nexport const upward = store\n")
  plant(
    'engine/store.ts',
    "import { pure } from '../domain/pure.ts'\nexport const store = pure\nexport type Store = number\n",
  )
  plant('engine/api.ts', "export type { Store } from './store.ts'\nexport const notAType = 1\n")
  plant('engine/phone-home.ts', "import { connect } from 'node:net'\nexport const call = connect\n")
  plant('renderer/types.ts', "import type { Store } from '../engine/api.ts'\nexport type Shown = Store\n")
  plant('renderer/value.ts', "import { notAType } from '../engine/api.ts'\nexport const shown = notAType\n")
  plant('sync/worker/push.ts', "import { store } from '../../engine/store.ts'\nexport const push = store\n")
  plant('sync/cloud/gateway.ts', "import { connect } from 'node:net'\nexport const gateway = connect\n")
  plant('electron/main.ts', "import { helper } from '../test/helper.ts'\nexport const main = helper\n")
  plant('test/helper.ts', 'export const helper = 1\n')
  plant('engine/one.ts', "import { two } from './two.ts'\nexport const one: number = two\n")
  plant('engine/two.ts', "import { one } from './one.ts'\nexport const two: number = one\n")

  expect(broken()).toEqual(
    [
      'domain/impure.ts domain-is-pure',
      'domain/upward.ts domain-imports',
      'electron/main.ts electron-imports',
      'engine/one.ts no-circles',
      'engine/phone-home.ts no-network-outside-sync',
      'renderer/value.ts renderer-takes-types-of-the-engine-only',
      'sync/worker/push.ts sync-worker-imports',
    ].sort(),
  )
})
