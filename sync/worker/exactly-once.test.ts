import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Outbox, Remote } from '../../domain/outbox.ts'
import { openGateway } from './gateway.ts'
import { Link } from './link.ts'
import { pass } from './pass.ts'
import { TestClinic } from './testing/clinic.ts'
import { ModelGateway } from './testing/model-gateway.ts'
import { FAULTS, type Fault, modelTransport, unreliable, type Weather } from './testing/unreliable.ts'

type Step =
  | { do: 'write'; count: number }
  | { do: 'pass'; faults: Fault[]; dieAt: number }
  | { do: 'restore'; keep: number }

const fault = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Fault>('none') },
  { weight: 4, arbitrary: fc.constantFrom<Fault>(...FAULTS) },
)
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('write' as const), count: fc.integer({ min: 1, max: 30 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      faults: fc.array(fault, { maxLength: 8 }),
      dieAt: fc.integer({ min: 1, max: 40 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restore' as const), keep: fc.nat(60) }) },
)
const schedule = fc.array(step, { minLength: 1, maxLength: 12 })

/** The outbox of a worker that is killed at its n-th call, before or after the engine has done what it asked. */
function mortal(outbox: Outbox, dieAt: number): Outbox {
  let calls = 0
  const names = [
    'device',
    'remote',
    'read',
    'hashAt',
    'acknowledge',
    'rewind',
    'park',
    'report',
    'enrolled',
    'accessPlace',
    'addAccess',
  ] as const
  const wrapped = names.map((name) => [
    name,
    async (...args: unknown[]) => {
      calls += 1
      if (calls === dieAt) throw new Error('killed before')
      const value = await (outbox[name] as (...given: unknown[]) => Promise<unknown>).apply(outbox, args)
      if (calls === dieAt - 1 && dieAt % 2 === 0) throw new Error('killed after')
      return value
    },
  ])
  return Object.fromEntries(wrapped) as Outbox
}

async function live(clinic: TestClinic, model: ModelGateway, steps: readonly Step[]): Promise<void> {
  const weather: Weather = { next: () => 'none' }
  const open = (remote: Remote) => openGateway(remote, unreliable(modelTransport(model), weather))
  for (const step of steps) {
    if (step.do === 'write') clinic.write(step.count)
    if (step.do === 'restore') model.restore(step.keep)
    if (step.do === 'pass') {
      const faults = [...step.faults]
      weather.next = () => faults.shift() ?? 'none'
      // Small batches, so that thirty entries are several exchanges.
      await pass(mortal(clinic.outbox, step.dieAt), { open, link: new Link(2_000) }).catch(() => undefined)
    }
    // Whatever happened: what we believe the gateway has, it has.
    const restored = model.epoch !== (await clinic.outbox.remote())?.epoch
    const { cursor } = (await clinic.outbox.remote()) as Remote
    if (!restored) expect(cursor).toBeLessThanOrEqual(model.devices.get(clinic.device)?.hashes.length ?? 0)
  }
}

describe('a push', () => {
  test('brings every entry over exactly once and in order, whatever is cut, doubled, delayed, killed or restored', () =>
    fc.assert(
      fc.asyncProperty(schedule, async (steps) => {
        const clinic = new TestClinic()
        const model = new ModelGateway()
        model.limits = { ...model.limits, entries: 7 }
        try {
          await clinic.join(model)
          await live(clinic, model, steps)
          await pass(clinic.outbox, { open: (remote) => openGateway(remote, modelTransport(model)) })
          expect(model.journal.map(({ dseq, hash }) => ({ dseq, hash }))).toEqual(clinic.entries())
          expect(clinic.status()).toMatchObject({ waiting: 0, failed: 0, state: 'idle' })
        } finally {
          clinic.close()
        }
      }),
      { numRuns: Number(process.env.ALCOVE_RUNS ?? 60) },
    ))

  test('parks what is refused exactly once and lets the rest flow, whatever is cut, doubled, delayed or killed', () =>
    fc.assert(
      fc.asyncProperty(schedule, fc.integer({ min: 2, max: 9 }), async (steps, every) => {
        const clinic = new TestClinic()
        const model = new ModelGateway()
        model.refuses = ({ dseq }) => (Number(dseq) % every === 0 ? 'not-here' : undefined)
        try {
          await clinic.join(model)
          await live(
            clinic,
            model,
            steps.filter((step) => step.do !== 'restore'),
          )
          await pass(clinic.outbox, { open: (remote) => openGateway(remote, modelTransport(model)) })
          const all = clinic.entries()
          const taken = all.filter(({ dseq }) => dseq % every !== 0)
          expect(model.journal.map(({ dseq, hash }) => ({ dseq, hash }))).toEqual(taken)
          expect(clinic.status()).toMatchObject({ waiting: 0, failed: all.length - taken.length })
        } finally {
          clinic.close()
        }
      }),
      { numRuns: Number(process.env.ALCOVE_RUNS ?? 40) },
    ))
})
