/** A port as Node has it: what was posted arrives bare. */
export interface Port {
  postMessage(message: unknown): void
  on(event: 'message', listener: (message: unknown) => void): unknown
}

/** A utility process's line to main. */
export function parentPort(): Port {
  const port = process.parentPort
  return {
    postMessage: (message) => port.postMessage(message),
    on: (_event, listener) =>
      port.on('message', ({ data, ports }) => {
        // Messages that bring a port are the shell's own; see outbox-port.ts.
        if (ports.length === 0) listener(data)
      }),
  }
}
