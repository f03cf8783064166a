/** The disk fills: PostgreSQL's, and the one that an archive is written to. */
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { exportFacility } from '../../sync/cloud/archive/export.ts'
import type { Answer } from '../../sync/cloud/client/workstation.ts'
import { createFacility } from '../../sync/cloud/provision/create.ts'
import { clinicIn } from '../../sync/cloud/testing/clinic.ts'
import { connected } from '../../sync/cloud/testing/postgres.ts'
import { upsetCloud } from './upset.ts'
import { expectWhole } from './whole.ts'

const folder = mkdtempSync(join(tmpdir(), 'alcove-small-'))
chmodSync(folder, 0o755)
const mounted: string[] = []
afterAll(() => {
  for (const disk of mounted) execFileSync('umount', ['-l', disk], { stdio: 'ignore' })
  rmSync(folder, { recursive: true, force: true })
})

/** A small disk of its own; undefined where this machine does not let us make one. */
function smallDisk(size: string): string | undefined {
  const disk = join(folder, randomUUID())
  mkdirSync(disk)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk], { stdio: 'ignore' })
  } catch {
    return undefined
  }
  mounted.push(disk)
  chmodSync(disk, 0o755)
  return disk
}

const NOT_HERE = 'this machine does not let us make a small disk'

/** Takes all the room of a disk but so many bytes; gives back what frees it. */
function fill(disk: string, but: number): () => void {
  const ballast = join(disk, 'ballast')
  const { bavail, bsize } = statfsSync(disk)
  const chunk = Buffer.alloc(1 << 20)
  writeFileSync(ballast, '')
  for (let left = bavail * bsize - but; left > 0; left -= chunk.length)
    writeFileSync(ballast, chunk.subarray(0, Math.min(left, chunk.length)), { flag: 'a' })
  return () => rmSync(ballast)
}

test('PostgreSQL’s: pushes are told to come again, nothing that was acknowledged is lost, and with room all goes on', async ({
  skip,
}) => {
  const disk = smallDisk('400m')
  if (!disk) return skip(NOT_HERE)
  const before = process.env.TMPDIR
  process.env.TMPDIR = disk
  const cloud = await upsetCloud().finally(() => {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  })
  try {
    expect(cloud.dir.startsWith(disk)).toBe(true)
    const { facility, station } = await clinicIn(cloud, 'Full')
    const free = fill(disk, 3 << 20)
    const answers: Answer[] = []
    let acked = 0
    // Incompressible, so that it takes the room that it seems to take.
    const push = async () => {
      for (let count = 0; count < 20; count++)
        station.change('patient', `p${station.entries.length}`, { note: randomUUID().repeat(600) })
      const answer = await station.push(acked + 1)
      answers.push(answer)
      if (answer.status === 200) acked = answer.body.acked.dseq
    }
    for (let refused = 0; refused < 5; ) {
      await push()
      if (answers.at(-1)?.status !== 200) {
        refused++
        await sleep(300)
      }
    }
    expect(acked).toBeGreaterThan(0)
    for (const { status, body, headers } of answers.filter(({ status }) => status !== 200)) {
      expect([status, body.error.code]).toEqual([503, 'busy'])
      expect(body.error.message).toContain('Nothing was lost')
      expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    }
    const nothing = await createFacility(cloud, 'No room', cloud.address).catch((error: unknown) => error)
    // Which the command says as `disk-full`.
    expect(nothing).toMatchObject({ code: '53100' })
    expect(cloud.faults).toContain('error 53100')

    free()
    // Where not even its log has room PostgreSQL stops by itself; then its operator starts it.
    await cloud.begin()
    for (let status = 0; status !== 200; await sleep(100)) {
      const answer = await station.push(acked + 1)
      ;({ status } = answer)
    }
    await expectWhole(cloud, facility, station)
    const { rows } = await connected(cloud.admin, (client) => client.query('select name from registry.facility'))
    expect(rows).toEqual([{ name: 'Full' }])
    await createFacility(cloud, 'No room', cloud.address)
    station.close()
  } finally {
    await cloud.remove()
  }
})

test('the one that an archive goes to: it says so, leaves nothing there, and the facility works on', async ({
  skip,
}) => {
  const disk = smallDisk('64k')
  if (!disk) return skip(NOT_HERE)
  const cloud = await upsetCloud()
  try {
    const { facility, station } = await clinicIn(cloud, 'Archived')
    for (let count = 0; count < 200; count++)
      station.change('patient', `p${count}`, { note: Array.from({ length: 30 }, () => randomUUID()).join(' ') })
    expect((await station.push()).status).toBe(200)
    const out = join(disk, 'archive.age')
    await expect(exportFacility(cloud, facility.facility, out)).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringContaining('Nothing is left of it'),
    })
    expect(readdirSync(disk)).toEqual([])
    expect((await station.hello()).status).toBe(200)
    const elsewhere = join(folder, 'archive.age')
    expect((await exportFacility(cloud, facility.facility, elsewhere)).entries).toBe(200)
    expect(existsSync(elsewhere)).toBe(true)
    station.close()
  } finally {
    await cloud.remove()
  }
})
