/**
 * The sync worker dies at any moment, two hundred times: before it has said hello, while a batch is on its way, after
 * the gateway has stored it and before we have noted that. Each time the cloud has every entry once, and nothing is lost.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { KINDS } from '../../domain/kinds.ts'
import type { Outbox } from '../../domain/outbox.ts'
import { type Clinic, createClinic, unwrap } from '../../engine/clinic.ts'
import type { NewFacility } from '../../sync/cloud/provision/create.ts'
import { forFile } from '../../sync/cloud/testing/for-file.ts'
import { connected, testCloud } from '../../sync/cloud/testing/postgres.ts'
import { forkWorker } from '../../sync/worker/child.ts'
import { announce, RUNS, SEED, seeded } from './seed.ts'

const random = seeded(SEED)
const upTo = (most: number) => Math.floor(random() * most)
const dir = mkdtempSync(join(tmpdir(), 'alcove-worker-kill-'))
const cloud = forFile(testCloud)
let facility: NewFacility
let clinic: Clinic

beforeAll(async () => {
  announce('worker-kill')
  facility = await cloud.facility('Crash Clinic')
  const admin = { login: 'admin', name: 'Admin', password: 'correct horse battery' }
  clinic = (await createClinic({ dir: join(dir, 'data'), facility: 'Crash Clinic', admin, recoveryNoted: true })).clinic
  unwrap(await clinic.dispatch('sync.enroll', { code: facility.enrollmentCode }))
  const worker = await forkWorker(clinic.outbox)
  await worker.enroll(facility.enrollmentCode)
  await worker.stop()
}, 120_000)

afterAll(async () => {
  await clinic?.close()
  rmSync(dir, { recursive: true, force: true })
})

/** Writes as a day at the clinic does: mostly a little, now and then an import that takes several batches. */
function write(): void {
  const context = clinic.engine.context
  if (!context) throw new Error('the clinic is closed')
  const many = random() < 0.05
  context.db.immediate(() => {
    for (let left = many ? 700 : 1 + upTo(15); left > 0; left--)
      context.store.save(KINDS.patient, { sex: 'unknown', family: `F${upTo(1e6)}`, note: many ? noise(800) : 'x' })
  })
}

/** Text that does not compress away. */
function noise(length: number): string {
  let text = ''
  while (text.length < length) text += random().toString(36).slice(2)
  return text.slice(0, length)
}

/** An outbox at whose n-th call the worker is shot: before the call is done, after it, or a moment later. */
function deadly(outbox: Outbox, shoot: () => void): Outbox {
  const at = 1 + upTo(9)
  const when = upTo(3)
  let calls = 0
  return new Proxy(outbox, {
    get:
      (target, name: keyof Outbox) =>
      async (...args: unknown[]) => {
        calls += 1
        const mine = calls === at
        if (mine && when === 0) shoot()
        const value = await (target[name] as (...given: unknown[]) => Promise<unknown>).apply(target, args)
        if (mine && when === 1) shoot()
        if (mine && when === 2) setTimeout(shoot, upTo(40))
        return value
      },
  })
}

/** One pass that is cut short; true if it was. */
async function killedPass(): Promise<boolean> {
  let shoot = (): void => undefined
  const worker = await forkWorker(deadly(clinic.outbox, () => shoot()))
  shoot = () => {
    if (worker.pid) process.kill(worker.pid, 'SIGKILL')
  }
  // Some die by the clock alone, wherever they happen to be.
  const timer = random() < 0.2 ? setTimeout(shoot, upTo(500)) : undefined
  const done = await worker.once().then(
    () => true,
    () => false,
  )
  clearTimeout(timer)
  shoot = () => undefined
  await worker.stop()
  return !done
}

interface Row {
  dseq: number
  hash: string
}

/** What the cloud has of this device; every row, so that a double would show. */
async function inCloud(): Promise<Row[]> {
  return await connected(cloud.admin, async (client) => {
    const rows = await client.query<{ dseq: string; hash: string }>(
      `select dseq, hash from "${facility.schema}".journal where device = $1 order by dseq, seq`,
      [clinic.device],
    )
    return rows.rows.map(({ dseq, hash }) => ({ dseq: Number(dseq), hash }))
  })
}

function here(): Row[] {
  const db = clinic.engine.context?.db
  return db?.all('select dseq, hash from journal where device = ? order by dseq', [clinic.device]) ?? []
}

test('the cloud has each entry exactly once, however the worker dies', { timeout: 10 * 60_000 }, async () => {
  let killed = 0
  for (let run = 1; run <= RUNS; run++) {
    write()
    if (await killedPass()) killed += 1
    const [ours, theirs] = [here(), await inCloud()]
    // No gap and no double: what the cloud has is where our journal begins, entry by entry.
    expect(theirs, `run ${run} of seed ${SEED}`).toEqual(ours.slice(0, theirs.length))
    const cursor = (await clinic.outbox.remote())?.cursor ?? 0
    expect(cursor, `run ${run} of seed ${SEED}`).toBeLessThanOrEqual(theirs.length)
    const report = unwrap(await clinic.dispatch('data.verify', {}))
    expect(report, `run ${run} of seed ${SEED}`).toMatchObject({ ok: true, problems: [] })
  }
  const worker = await forkWorker(clinic.outbox)
  await worker.once()
  await worker.stop()
  expect(await inCloud()).toEqual(here())
  expect(unwrap(await clinic.dispatch('sync.status', {}))).toMatchObject({ waiting: 0, failed: 0 })
  expect(cloud.faults).toEqual([])
  // A suite that never hit anything would prove nothing.
  expect(killed).toBeGreaterThan(RUNS / 3)
  console.log(`worker-kill: ${killed} of ${RUNS} passes were cut short, ${here().length} entries`)
})
