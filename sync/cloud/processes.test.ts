/** Programs in processes of their own: what is said of one that ends, and of one that is told to stop before it is up. */
import { createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { GatewayReady, GatewaySaid, GatewaySettings, GatewayTold } from './gateway/process.ts'
import { prepare } from './prepare.ts'
import { Running } from './processes.ts'
import { testCluster } from './testing/postgres.ts'

test('one that comes up again when it is told to stop ends at once, and that is no fault', async () => {
  const cluster = await testCluster()
  const sockets: Socket[] = []
  const silent = createServer((socket) => void sockets.push(socket))
  await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done))
  const { port: nowhere } = silent.address() as { port: number }
  const { tls, registry, server } = await prepare(cluster)
  const faults: string[] = []
  const gateway = await Running.start<GatewaySettings, GatewayReady, GatewayTold, GatewaySaid>({
    name: 'gateway',
    file: fileURLToPath(new URL('./gateway/process.ts', import.meta.url)),
    // The second time its registry answers nothing.
    settings: (before) => ({
      ...{ tls, server, host: '127.0.0.1', port: 0 },
      registry: before ? { ...registry, port: nowhere } : registry,
    }),
    onSaid: () => {},
    onFault: (what) => faults.push(what),
  })
  process.kill(gateway.pid as number, 'SIGKILL')
  while (sockets.length === 0) await sleep(20)
  const since = performance.now()
  await gateway.stop()
  // After ten it would have been forced to.
  expect(performance.now() - since).toBeLessThan(9000)
  expect(faults).toEqual(['the gateway ended by itself; it is started again'])
  for (const socket of sockets) socket.destroy()
  silent.close()
  await cluster.remove()
})
