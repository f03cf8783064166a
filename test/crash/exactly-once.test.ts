/**
 * What the worker's own tests try against a model of the gateway, tried against the real one: a random schedule of
 * writing, passes that are cut at any exchange, doubled, delayed and answered wrongly, and workers that die at any call.
 */
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Outbox, Remote } from '../../domain/outbox.ts'
import type { NewFacility } from '../../sync/cloud/provision/create.ts'
import { forFile } from '../../sync/cloud/testing/for-file.ts'
import { connected, testCloud } from '../../sync/cloud/testing/postgres.ts'
import { enroll } from '../../sync/worker/enroll.ts'
import { openGateway } from '../../sync/worker/gateway.ts'
import { Link } from '../../sync/worker/link.ts'
import { pass } from '../../sync/worker/pass.ts'
import { pull } from '../../sync/worker/pull.ts'
import { TestClinic } from '../../sync/worker/testing/clinic.ts'
import { FAULTS, type Fault, unreliable, type Weather } from '../../sync/worker/testing/unreliable.ts'
import { openTransport } from '../../sync/worker/transport.ts'
import { SEED } from './seed.ts'

const cloud = forFile(testCloud)

const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ write: fc.integer({ min: 1, max: 25 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      faults: fc.array(fc.constantFrom<Fault>('none', 'none', ...FAULTS), { maxLength: 7 }),
      dieAt: fc.integer({ min: 1, max: 30 }),
    }),
  },
)

/** The outbox of a worker that is gone at its n-th call. */
function mortal(outbox: Outbox, dieAt: number): Outbox {
  let calls = 0
  return new Proxy(outbox, {
    get:
      (target, name: keyof Outbox) =>
      async (...args: unknown[]) => {
        calls += 1
        if (calls >= dieAt) throw new Error('killed')
        return await (target[name] as (...given: unknown[]) => Promise<unknown>).apply(target, args)
      },
  })
}

async function inCloud(facility: NewFacility, device: string): Promise<{ dseq: number; hash: string }[]> {
  return await connected(cloud.admin, async (client) => {
    const { rows } = await client.query<{ dseq: string; hash: string }>(
      `select dseq, hash from "${facility.schema}".journal where device = $1 order by seq`,
      [device],
    )
    return rows.map(({ dseq, hash }) => ({ dseq: Number(dseq), hash }))
  })
}

/** What another workstation would be given, by cursor, a few at a time. */
async function pulled(clinic: TestClinic): Promise<string[]> {
  const remote = await clinic.outbox.remote()
  if (!remote) throw new Error('not enrolled')
  const gateway = openGateway(remote)
  const hashes: string[] = []
  for await (const page of pull(gateway, 0, { limit: 9 })) hashes.push(...page.entries.map(({ hash }) => hash))
  gateway.close()
  return hashes
}

async function joined(clinic: TestClinic): Promise<NewFacility> {
  const facility = await cloud.facility(`Clinic ${randomBytes(4).toString('hex')}`)
  clinic.admit()
  await enroll(clinic.outbox, facility.enrollmentCode)
  return facility
}

test(
  'the real gateway has every entry exactly once and in order, whatever went wrong on the way',
  { timeout: 240_000 },
  () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const clinic = new TestClinic()
        const weather: Weather = { next: () => 'none' }
        try {
          const facility = await joined(clinic)
          const open = (remote: Remote) =>
            openGateway(remote, unreliable(openTransport(remote.url, remote.pin), weather))
          for (const it of steps) {
            if ('write' in it) clinic.write(it.write)
            else {
              const faults = [...it.faults]
              weather.next = () => faults.shift() ?? 'none'
              await pass(mortal(clinic.outbox, it.dieAt), { open, link: new Link(2_000) }).catch(() => undefined)
            }
            const [ours, theirs] = [clinic.entries(), await inCloud(facility, clinic.device)]
            expect(theirs).toEqual(ours.slice(0, theirs.length))
            expect((await clinic.outbox.remote())?.cursor).toBeLessThanOrEqual(theirs.length)
          }
          await pass(clinic.outbox)
          expect(await inCloud(facility, clinic.device)).toEqual(clinic.entries())
          expect(clinic.status()).toMatchObject({ waiting: 0, failed: 0, state: 'idle' })
          expect(await pulled(clinic)).toEqual(clinic.entries().map(({ hash }) => hash))
        } finally {
          clinic.close()
        }
      }),
      { numRuns: 25, seed: SEED },
    ),
)
