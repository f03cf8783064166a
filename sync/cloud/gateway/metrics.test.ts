import { expect, test } from 'vitest'
import { Metrics } from './metrics.ts'

test('what is counted is by opaque id and of a kind that is known; who is not known has no id', async () => {
  const metrics = new Metrics()
  metrics.answered('f_1', 'push', 'ok', 0.02)
  metrics.answered('f_1', 'push', 'busy', 0.001)
  metrics.answered(undefined, 'other', 'bad-request', 0.001)
  metrics.entries('f_1', 'push', 7)
  metrics.received('f_1', 1000)
  metrics.ended('f_1', 'statement')
  metrics.measured('f_1', 5000, false)
  metrics.measured('f_never_heard_of', 5000, false)
  const text = await metrics.text(new Map([['f_1', 2]]))
  for (const line of [
    'alcove_requests_total{facility="f_1",call="push",outcome="ok"} 1',
    'alcove_requests_total{facility="f_1",call="push",outcome="busy"} 1',
    'alcove_requests_total{facility="",call="other",outcome="bad-request"} 1',
    'alcove_entries_total{facility="f_1",call="push"} 7',
    'alcove_received_bytes_total{facility="f_1"} 1000',
    'alcove_watchdog_ended_total{facility="f_1",reason="statement"} 1',
    'alcove_stored_bytes{facility="f_1"} 5000',
    'alcove_connections{facility="f_1"} 2',
    'alcove_request_seconds_count{call="push"} 2',
  ])
    expect(text).toContain(`${line}\n`)
  expect(text).not.toContain('f_never_heard_of')
})

test('a facility that is not heard of any more is forgotten, whole', async () => {
  const metrics = new Metrics({ forgetMs: 50 })
  metrics.answered('f_gone', 'pull', 'ok', 0.1)
  metrics.measured('f_gone', 1, true)
  await new Promise((done) => setTimeout(done, 60))
  metrics.answered('f_here', 'pull', 'ok', 0.1)
  const text = await metrics.text(new Map())
  expect(text).toContain('f_here')
  expect(text).not.toContain('f_gone')
})

test('however many facilities call, the labels are bounded', async () => {
  const metrics = new Metrics()
  for (let i = 0; i < 6000; i++) metrics.answered(`f_${i}`, 'hello', 'ok', 0.001)
  const text = await metrics.text(new Map())
  expect(text.match(/^alcove_requests_total/gm)).toHaveLength(5000)
}, 30_000)
