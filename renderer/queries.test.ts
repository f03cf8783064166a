import { QueryObserver } from '@tanstack/react-query'
import { afterEach, expect, test, vi } from 'vitest'
import { queries, refresh } from './queries.ts'

const SOON = { interval: 2, timeout: 20_000 }
afterEach(() => queries.clear())

/** A screen that reads, and the answers to what it asks, given when the test says so. */
function screen(name: string) {
  const answers: ((value: string) => void)[] = []
  const observer = new QueryObserver(queries, {
    queryKey: [name, {}],
    queryFn: () => new Promise<string>((resolve) => answers.push(resolve)),
  })
  return { answers, observer, leave: observer.subscribe(() => undefined) }
}

test('a first answer that was read before a change is not kept: it is asked for again', async () => {
  const { answers, observer, leave } = screen('medication.check')
  expect(answers).toHaveLength(1)
  const refreshed = refresh(['medication_request'])
  await vi.waitFor(() => expect(answers).toHaveLength(2), SOON)
  answers[0]?.('as it was')
  answers[1]?.('as it is')
  await refreshed
  expect(observer.getCurrentResult()).toMatchObject({ data: 'as it is', error: null })
  leave()
})

test('a later answer that was read before a change is not kept either, and the last one stays on the screen', async () => {
  const { answers, observer, leave } = screen('medication.check')
  answers[0]?.('at first')
  await vi.waitFor(() => expect(observer.getCurrentResult().data).toBe('at first'), SOON)
  void refresh(['medication_request'])
  await vi.waitFor(() => expect(answers).toHaveLength(2), SOON)
  const refreshed = refresh(['medication_request'])
  await vi.waitFor(() => expect(answers).toHaveLength(3), SOON)
  expect(observer.getCurrentResult().data).toBe('at first')
  answers[1]?.('as it was')
  answers[2]?.('as it is')
  await refreshed
  expect(observer.getCurrentResult().data).toBe('as it is')
  leave()
})

test('what does not show the changed kind is left alone', async () => {
  const { answers, observer, leave } = screen('practitioner.list')
  await refresh(['medication_request'])
  answers[0]?.('the same')
  await vi.waitFor(() => expect(observer.getCurrentResult().data).toBe('the same'), SOON)
  expect(answers).toHaveLength(1)
  leave()
})
