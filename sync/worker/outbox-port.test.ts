import { MessageChannel } from 'node:worker_threads'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Outbox } from '../../domain/outbox.ts'
import { listen, outboxOver, post, serveOutbox } from './outbox-port.ts'
import { TestClinic } from './testing/clinic.ts'
import { ModelGateway } from './testing/model-gateway.ts'

let clinic: TestClinic
let channel: MessageChannel
let far: Outbox
beforeEach(() => {
  clinic = new TestClinic()
  channel = new MessageChannel()
  serveOutbox(channel.port1, clinic.outbox)
  far = outboxOver(channel.port2)
})
afterEach(() => {
  channel.port1.close()
  clinic.close()
})

test('answers at the far end as at the near one', async () => {
  clinic.write(5)
  await clinic.join(new ModelGateway())
  expect(await far.remote()).toEqual(await clinic.outbox.remote())
  expect(await far.read(1, 3, 1e6)).toEqual(await clinic.outbox.read(1, 3, 1e6))
  expect(await far.device()).toBe(clinic.device)
  const { id } = (await far.remote()) ?? { id: '' }
  await far.acknowledge(id, 2, (await far.hashAt(2)) ?? '')
  expect((await clinic.outbox.remote())?.cursor).toBe(2)
})

test('carries the engine’s refusal, code and sentence, and of a fault nothing but that there was one', async () => {
  await expect(far.acknowledge('nobody', 0, '')).rejects.toMatchObject({
    message: expect.stringContaining('not enrolled'),
  })
  clinic.db.close()
  await expect(far.read(0, 1, 1)).rejects.toMatchObject({
    code: 'internal',
    message: 'The records could not be read just now.',
  })
})

test('refuses calls that are none of the outbox’s, and arguments that are not what they should be', async () => {
  const answers: unknown[] = []
  listen(channel.port2, (message) => answers.push(message))
  const calls: [string, unknown][] = [
    ['constructor', []],
    ['toString', []],
    ['__proto__', []],
    ['read', [-1, 10, 10]],
    ['read', [0, 1e9, 10]],
    ['read', ['0; drop table journal', 1, 1]],
    ['acknowledge', ['x', 1, 'short']],
    ['report', ['x', { state: 'admin' }]],
    ['report', ['x', { enabled: true }]],
    ['enrolled', [{ url: 'http://plain' }]],
    ['remote', 'not a list'],
  ]
  for (const [outbox, args] of calls) post(channel.port2, { outbox, call: 1000, args })
  while (answers.length < calls.length) await new Promise((resolve) => setTimeout(resolve, 2))
  for (const answer of answers)
    expect(answer).toMatchObject({ error: { code: 'internal', message: expect.stringContaining('may not have') } })
})

test('understands Electron’s way of handing over a message', async () => {
  const heard: unknown[] = []
  listen({ on: (_, listener) => listener({ data: { status: 'x' }, ports: [] }) }, (message) => heard.push(message))
  expect(heard).toEqual([{ status: 'x' }])
})
