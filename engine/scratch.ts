/** Folders and clinics for tests: made in the system's temporary folder, and gone after each test. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { createClinic } from './clinic.ts'
import type { Context } from './context.ts'
import type { EngineOptions } from './engine.ts'

/** Argon2id at a strength for tests, which prove the way and not the slowness. */
export const QUICK = { memory: 64, passes: 1, lanes: 1 }
export const PASSWORD = 'correct horse battery'

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const act of undo.splice(0).reverse()) await act()
})

export function scratchFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'alcove-test-'))
  undo.push(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** A clinic with `asha`, admin and clinician, signed in. */
export async function scratchClinic(options: Partial<EngineOptions> = {}) {
  const dir = options.dir ?? scratchFolder()
  const created = await createClinic({
    kdf: QUICK,
    ...options,
    dir,
    facility: 'Test Clinic',
    admin: { login: 'asha', name: 'Dr Asha Rao', password: PASSWORD },
    alsoClinician: true,
    recoveryNoted: true,
  })
  undo.push(() => created.clinic.close())
  return { ...created, dir, context: contextOf(created.clinic) }
}

/** The open clinic from inside, for what no command shows. */
export function contextOf({ engine }: { engine: { context: Context | undefined } }): Context {
  if (!engine.context) throw new Error('nobody is signed in')
  return engine.context
}

/** What is closed after the test, whatever happened in it. */
export function closing<C extends { close(): unknown }>(it: C): C {
  undo.push(() => it.close())
  return it
}
