import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Bounds, type Release, Turns } from './turns.ts'

const bounds = (some: Partial<Bounds> = {}): Bounds => ({
  ...{ places: 1, each: 1, waiting: 100, waitingEach: 50, patience: 5000 },
  ...some,
})

test('a flood of one delays another by one turn at most', async () => {
  const turns = new Turns(bounds())
  const order: string[] = []
  const held = await turns.take('flood')
  const all = Array.from({ length: 40 }, (_, i) => turns.run('flood', async () => void order.push(`flood ${i}`)))
  all.push(turns.run('quiet', async () => void order.push('quiet')))
  held()
  await Promise.all(all)
  expect(order.indexOf('quiet')).toBeLessThanOrEqual(1)
})

test('those who wait are served in rotation, each in its own order', async () => {
  const turns = new Turns(bounds())
  const order: string[] = []
  const held = await turns.take('x')
  const all = ['a1', 'a2', 'a3', 'b1', 'c1', 'b2'].map((name) =>
    turns.run(name[0] as string, async () => void order.push(name)),
  )
  held()
  await Promise.all(all)
  expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3'])
})

test('one at its own limit leaves the other places to others', async () => {
  const turns = new Turns(bounds({ places: 3, each: 2 }))
  await turns.take('a')
  await turns.take('a')
  void turns.take('a')
  expect(turns.waiting).toBe(1)
  await turns.take('b')
  expect(turns.waiting).toBe(1)
})

test('queues are bounded: one’s own is 429, everybody’s is 503, and a long wait ends', async () => {
  const turns = new Turns(bounds({ waiting: 3, waitingEach: 2, patience: 30 }))
  const held = await turns.take('a')
  const waits = [turns.take('a'), turns.take('a'), turns.take('b')].map((one) => one.catch((error) => error))
  await expect(turns.take('a')).rejects.toMatchObject({ status: 429, details: { retryAfter: expect.any(Number) } })
  await expect(turns.take('c')).rejects.toMatchObject({ status: 503, details: { retryAfter: expect.any(Number) } })
  for (const error of await Promise.all(waits)) expect(error).toMatchObject({ status: 503 })
  expect(turns.waiting).toBe(0)
  held()
  held()
  expect(await turns.run('c', async () => 'served')).toBe('served')
})

test('whatever the order of coming and going, no bound is passed and nobody is forgotten', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(3)), { maxLength: 60 }),
      async (calls) => {
        const turns = new Turns(bounds({ places: 2, each: 1, waiting: 1000, waitingEach: 1000 }))
        const running = new Map<string, number>()
        let served = 0
        await Promise.all(
          calls.map(async ([caller, pauses]) => {
            const release: Release = await turns.take(caller)
            running.set(caller, (running.get(caller) ?? 0) + 1)
            expect(running.get(caller)).toBe(1)
            expect([...running.values()].reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(2)
            for (let i = 0; i < pauses; i++) await null
            running.set(caller, 0)
            served++
            release()
          }),
        )
        expect(served).toBe(calls.length)
      },
    ),
  ))
