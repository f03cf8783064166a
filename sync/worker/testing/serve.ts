/** Servers of the worst kind on 127.0.0.1, and the model gateway behind real TLS. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { generate } from 'selfsigned'
import { pinOf } from '../../protocol/pin.ts'
import type { ModelGateway } from './model-gateway.ts'

export interface Served {
  url: string
  pin: string
  server: Server
  /** Every request that came in. */
  requests: string[]
  stop(): Promise<void>
}

let pair: Promise<{ cert: string; private: string }> | undefined
/** A key and certificate, made once a test file. */
export function keyPair(): Promise<{ cert: string; private: string }> {
  pair ??= generate([{ name: 'commonName', value: 'gateway' }], { keyType: 'ec' })
  return pair
}

export type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void | Promise<void>

/** An https server with a key of its own unless one is given. */
export async function serve(
  handler: Handler,
  options: { maxVersion?: 'TLSv1.2'; port?: number } = {},
): Promise<Served> {
  const { cert, private: key } = await keyPair()
  const requests: string[] = []
  const { port = 0, ...tls } = options
  const server = createServer(
    { cert, key, ...tls, ...(tls.maxVersion && { minVersion: 'TLSv1.2' }) },
    async (request, response) => {
      requests.push(`${request.method} ${request.url}`)
      const chunks: Buffer[] = []
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
      await handler(request, response, Buffer.concat(chunks))
    },
  )
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pin: pinOf(cert),
    server,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** The model gateway behind TLS. */
export function serveModel(model: ModelGateway, options: { port?: number } = {}): Promise<Served> {
  return serve(async (request, response, body) => {
    const headers = request.headers as Record<string, string>
    const answer = await model.handle({ path: request.url ?? '', headers, body })
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
    response.end(JSON.stringify(answer.json))
  }, options)
}
