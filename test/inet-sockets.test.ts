import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { inetSockets } from './inet-sockets.ts'

test('an open port is seen while it is open, and not afterwards', async (context) => {
  if (process.platform !== 'linux') return context.skip('the kernel tells of sockets under /proc on Linux only')
  const before = inetSockets(process.pid)?.length ?? 0
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  expect(inetSockets(process.pid)).toHaveLength(before + 1)
  await new Promise((done) => server.close(done))
  expect(inetSockets(process.pid)).toHaveLength(before)
})
