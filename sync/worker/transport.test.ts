import { createServer as createTcp, type Server, type Socket } from 'node:net'
import { createServer as createTls } from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import { SyncError } from '../protocol/errors.ts'
import { type Handler, keyPair, type Served, serve } from './testing/serve.ts'
import { openTransport, type Timeouts } from './transport.ts'

const quick: Timeouts = { connect: 300, silence: 300, whole: 700 }
/** For whoever is meant to be heard: a busy machine takes its time over a greeting. */
const patient: Timeouts = { connect: 15_000, silence: 15_000, whole: 20_000 }
const json = { 'content-type': 'application/json' }
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function up(handler: Handler, options: Parameters<typeof serve>[1] = {}): Promise<Served> {
  const served = await serve(handler, options)
  closing.push(served.stop)
  return served
}

/** A server below HTTP, so that a test sees every byte that arrives. */
async function tcp(server: Server): Promise<string> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket.on('error', () => undefined)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `https://127.0.0.1:${(server.address() as { port: number }).port}`
}

async function ask(url: string, pin: string, timeouts = patient) {
  const transport = openTransport(url, pin, timeouts)
  closing.push(() => transport.close())
  return await transport.ask({
    method: 'POST',
    path: '/v1/hello',
    headers: { authorization: 'secret' },
    body: Buffer.from('{}'),
    limit: 10_000,
  })
}

async function trouble(url: string, pin: string, timeouts = patient): Promise<SyncError> {
  const error = await ask(url, pin, timeouts).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(SyncError)
  expect((error as SyncError).message).toMatch(/^[A-Z].*\.$/)
  return error as SyncError
}

describe('the transport', () => {
  test('talks to the key it was told of, whole or half, and learns the whole', async () => {
    const { url, pin } = await up((_, response) => void response.writeHead(200, json).end('{"fine":true}'))
    expect(await ask(url, pin)).toMatchObject({ status: 200, json: { fine: true } })
    const transport = openTransport(url, pin.slice(0, 32), patient)
    closing.push(() => transport.close())
    await transport.ask({ method: 'GET', path: '/', limit: 1000 })
    expect(transport.pin).toBe(pin)
  })

  test('sends not a byte to whoever has another key', async () => {
    const { cert, private: key } = await keyPair()
    const heard: Buffer[] = []
    const server = createTls(
      { cert, key },
      (socket) => void socket.on('data', (data) => heard.push(data)).on('error', () => undefined),
    )
    const url = await tcp(server)
    const error = await trouble(url, 'ab'.repeat(32))
    expect(error.code).toBe('gateway-pin')
    expect(error.message).toContain('another key')
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(heard).toEqual([])
  })

  test('says that nobody is there when nobody is', async () => {
    const served = await serve(() => undefined)
    await served.stop()
    expect(await trouble(served.url, served.pin)).toMatchObject({ code: 'gateway-unreachable' })
    expect(await trouble('https://nowhere.invalid:1', served.pin)).toMatchObject({ code: 'gateway-unreachable' })
  })

  test('does not wait for ever: for a connection, for an answer, or for one that drips', async () => {
    const mute = await tcp(createTcp(() => undefined))
    expect(await trouble(mute, 'ab'.repeat(32), quick)).toMatchObject({
      code: 'gateway-unreachable',
      message: expect.stringContaining('in time'),
    })
    const silent = await up(() => undefined)
    expect(await trouble(silent.url, silent.pin, quick)).toMatchObject({
      code: 'gateway-unreachable',
      message: expect.stringContaining('in time'),
    })
    const dripping = await up((_, response) => {
      response.writeHead(200, json)
      const drip = setInterval(() => response.write(' '), 50)
      response.on('close', () => clearInterval(drip))
    })
    expect(await trouble(dripping.url, dripping.pin, quick)).toMatchObject({ code: 'gateway-unreachable' })
  })

  test('notices an answer that was cut in the middle', async () => {
    const { url, pin } = await up((_, response) => {
      response.writeHead(200, { ...json, 'content-length': '1000' }).write('{"half":')
      setTimeout(() => response.destroy(), 20)
    })
    expect(await trouble(url, pin)).toMatchObject({ code: 'gateway-unreachable' })
  })

  test('refuses to be sent elsewhere', async () => {
    const other = await up((_, response) => void response.writeHead(200, json).end('{}'))
    const { url, pin } = await up(
      (_, response) => void response.writeHead(307, { location: `${other.url}/v1/hello` }).end(),
    )
    expect(await trouble(url, pin)).toMatchObject({
      code: 'gateway-misbehaved',
      message: expect.stringContaining('another address'),
    })
    expect(other.requests).toEqual([])
  })

  test('takes no more than it was told to, compressed or not', async () => {
    const { url, pin } = await up((_, response) => void response.writeHead(200, json).end(`"${'x'.repeat(20_000)}"`))
    expect(await trouble(url, pin)).toMatchObject({
      code: 'gateway-misbehaved',
      message: expect.stringContaining('more than'),
    })
    const { brotliCompressSync } = await import('node:zlib')
    const bomb = await up(
      (_, response) =>
        void response
          .writeHead(200, { ...json, 'content-encoding': 'br' })
          .end(brotliCompressSync(Buffer.alloc(1e6, 32))),
    )
    expect(await ask(bomb.url, bomb.pin)).toMatchObject({ json: undefined })
  })

  test('takes nothing for JSON that is not', async () => {
    const page = await up(
      (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('{"acked":1}'),
    )
    expect(await ask(page.url, page.pin)).toMatchObject({ json: undefined })
    const garbage = await up((_, response) => void response.writeHead(200, json).end('{"acked":'))
    expect(await ask(garbage.url, garbage.pin)).toMatchObject({ json: undefined })
  })

  test('is not talked down to an old TLS, and does not talk to what has none', async () => {
    const old = await up((_, response) => void response.end(), { maxVersion: 'TLSv1.2' })
    expect(await trouble(old.url, old.pin)).toMatchObject({
      code: 'gateway-misbehaved',
      message: expect.stringContaining('TLS'),
    })
    expect(old.requests).toEqual([])
    const plain = await tcp(createTcp((socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\n')))
    expect(await trouble(plain, old.pin)).toMatchObject({ code: 'gateway-misbehaved' })
  })

  test('ignores a proxy that the environment names', async () => {
    const { url, pin } = await up((_, response) => void response.writeHead(200, json).end('{}'))
    const names = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY']
    for (const name of names) process.env[name] = name.startsWith('NODE') ? '1' : 'http://127.0.0.1:9'
    closing.push(() => {
      for (const name of names) delete process.env[name]
    })
    expect(await ask(url, pin)).toMatchObject({ status: 200 })
  })

  test('knows no address but https', () => {
    for (const url of ['http://127.0.0.1:1', 'https://a:b@127.0.0.1:1', 'file:///etc'])
      expect(() => openTransport(url, 'ab'.repeat(32))).toThrow(SyncError)
  })
})
