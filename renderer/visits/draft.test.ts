import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Draft } from './draft.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

test('saves once, with the last text, when typing rests', async () => {
  const save = vi.fn(async () => undefined)
  const draft = new Draft<string>({ save, delay: 500 })
  draft.set('f')
  draft.set('fe')
  draft.set('fever')
  expect(draft.state).toBe('waiting')
  await vi.advanceTimersByTimeAsync(500)
  expect(save.mock.calls).toEqual([['fever']])
  expect(draft.state).toBe('saved')
})

test('text typed during a save is saved after it', async () => {
  const done: (() => void)[] = []
  const saved: string[] = []
  const draft = new Draft<string>({
    delay: 10,
    save: (value) =>
      new Promise<void>((resolve) =>
        done.push(() => {
          saved.push(value)
          resolve()
        }),
      ),
  })
  draft.set('one')
  await vi.advanceTimersByTimeAsync(10)
  draft.set('two')
  const flushed = draft.flush()
  done.shift()?.()
  await vi.advanceTimersByTimeAsync(0)
  done.shift()?.()
  await flushed
  expect(saved).toEqual(['one', 'two'])
  expect(draft.state).toBe('saved')
})

test('a failed save is said, tried again, and loses nothing', async () => {
  const save = vi.fn<(value: string) => Promise<void>>().mockRejectedValueOnce(new Error('disk full'))
  save.mockResolvedValue(undefined)
  const draft = new Draft<string>({ save, delay: 10, retry: 100 })
  draft.set('fever')
  await vi.advanceTimersByTimeAsync(10)
  expect(draft.state).toBe('failed')
  await vi.advanceTimersByTimeAsync(100)
  expect(save.mock.calls).toEqual([['fever'], ['fever']])
  expect(draft.state).toBe('saved')
})

test('flush tells when it could not save', async () => {
  const draft = new Draft<string>({ save: async () => Promise.reject(new Error('disk full')) })
  draft.set('fever')
  await expect(draft.flush()).rejects.toThrow('disk full')
})

test('nothing to save is nothing saved', async () => {
  const save = vi.fn(async () => undefined)
  await new Draft<string>({ save }).flush()
  expect(save).not.toHaveBeenCalled()
})
