/**
 * The engine dies at any moment, two hundred times: while it opens, while it writes, in the middle of a transaction.
 * Each time every write that had returned is there, whole, and the whole of it verifies.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { KINDS } from '../../domain/kinds.ts'
import { type Clinic, createClinic, openClinic, unwrap } from '../../engine/clinic.ts'
import { FLOOR } from '../../engine/keyring/argon2.ts'
import type { Writing } from './engine-child.ts'
import { announce, RUNS, SEED, seeded } from './seed.ts'

const random = seeded(SEED)
const upTo = (most: number) => Math.floor(random() * most)
const dir = mkdtempSync(join(tmpdir(), 'alcove-engine-kill-'))
const password = 'correct horse battery'
const child = fileURLToPath(new URL('./engine-child.ts', import.meta.url))

/** What every record must hold: what the last write that returned put there. */
const written = new Map<string, Writing[number]>()

beforeAll(async () => {
  announce('engine-kill')
  const admin = { login: 'admin', name: 'Admin', password }
  // The least derivation that is allowed, because it is paid for twice a run and is not what is tried here.
  const { clinic } = await createClinic({
    dir,
    facility: 'Crash Clinic',
    admin,
    alsoClinician: true,
    recoveryNoted: true,
    kdf: FLOOR,
  })
  await clinic.close()
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** Lets the child write and kills it; answers what was under way, if anything was. */
async function killed(): Promise<Writing | undefined> {
  const engine = spawn(process.execPath, [child, dir, String(upTo(2 ** 31))], {
    env: { ...process.env, ALCOVE_PASSWORD: password },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let complaint = ''
  engine.stderr.on('data', (data) => {
    complaint += data
  })
  const kill = () => engine.kill('SIGKILL')
  // A quarter die by the clock, most of them while they open; the others at some moment of their writing.
  const opening = random() < 0.25
  const moment = opening ? upTo(700) : upTo(60)
  let timer = opening ? setTimeout(kill, moment) : undefined
  let underWay: Writing | undefined
  const lines = createInterface({ input: engine.stdout })
  lines.on('line', (text) => {
    const said = JSON.parse(text) as { ready?: []; writing?: Writing; written?: Writing }
    if (said.ready) timer ??= setTimeout(kill, moment)
    if (said.writing) underWay = said.writing
    if (said.written) {
      for (const record of said.written) written.set(record.id, record)
      underWay = undefined
    }
  })
  const [[, signal]] = await Promise.all([once(engine, 'exit'), once(lines, 'close')])
  clearTimeout(timer)
  expect(signal, complaint).toBe('SIGKILL')
  return underWay
}

function standing(clinic: Clinic, { kind, id, field }: Writing[number]): unknown {
  const record = clinic.engine.context?.store.get(KINDS[kind], id) as Record<string, unknown> | undefined
  return record?.[field]
}

/** What was being written is there whole or not at all; whichever it is, it stays so. */
function settle(clinic: Clinic, underWay: Writing, run: string): void {
  // A patient whose registration was cut short has no id that anybody was told; verify looks after it.
  if (underWay.some(({ id }) => id === '')) return
  const there = underWay.filter((record) => standing(clinic, record) === record.value).length
  expect([0, underWay.length], run).toContain(there)
  if (there > 0) for (const record of underWay) written.set(record.id, record)
}

test('every write that returned is there, however the engine dies', { timeout: 10 * 60_000 }, async () => {
  let inTheMiddle = 0
  for (let at = 1; at <= RUNS; at++) {
    const run = `run ${at} of seed ${SEED}`
    const underWay = await killed()
    const clinic = await openClinic({ dir, login: 'admin', password })
    try {
      if (underWay) {
        inTheMiddle += 1
        settle(clinic, underWay, run)
      }
      const lost = [...written.values()].filter((record) => standing(clinic, record) !== record.value)
      expect(lost, run).toEqual([])
      expect(unwrap(await clinic.dispatch('data.verify', {})), run).toMatchObject({ ok: true, problems: [] })
    } finally {
      await clinic.close()
    }
  }
  // A suite that never hit a write would prove nothing.
  expect(inTheMiddle).toBeGreaterThan(RUNS / 4)
  console.log(`engine-kill: ${inTheMiddle} of ${RUNS} died in the middle of a write; ${written.size} records`)
})
