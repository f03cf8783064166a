/**
 * Hears everything that comes back to somebody: rows, errors, notices, parameters of the session, headers, bodies, log
 * lines. Each facility has strings that nobody else may ever see; afterwards they are searched for in all of it.
 */
import type pg from 'pg'

export class Witness {
  #heard: string[] = []

  hear(what: string | Buffer): void {
    this.#heard.push(typeof what === 'string' ? what : what.toString('latin1'))
  }

  /** Hears every message that a server sends on a connection, from before it is opened. */
  listenTo(client: pg.Client): void {
    client.connection.on('message', (message: unknown) => this.hear(plainly(message)))
  }

  forget(): void {
    this.#heard = []
  }

  /** Those of the strings that were heard, as they are or in a form that a server gives bytes in. */
  found(canaries: readonly string[]): string[] {
    const all = this.#heard.join('\n')
    const folded = all.toLowerCase()
    return canaries.filter(
      (canary) => folded.includes(canary.toLowerCase()) || encodings(canary).some((form) => all.includes(form)),
    )
  }
}

/** A message as text. Bytes in it become the characters of the same numbers: canaries are ASCII. */
function plainly(message: unknown): string {
  return JSON.stringify(message, (_, value: unknown) => {
    // What an error says is no property that JSON lists.
    if (value instanceof Error) return { ...value, message: value.message }
    if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1')
    const bytes = value as { type?: unknown; data?: unknown } | null
    // What JSON.stringify has made of a Buffer before it asks.
    return bytes && bytes.type === 'Buffer' && Array.isArray(bytes.data)
      ? Buffer.from(bytes.data as number[]).toString('latin1')
      : value
  })
}

/** Hexadecimal, and base64 at each of the three places in a group that a text can begin at, without its uncertain ends. */
function encodings(text: string): string[] {
  const base64 = [0, 1, 2].map((before) => {
    const encoded = Buffer.from(' '.repeat(before) + text).toString('base64')
    const start = before === 0 ? 0 : before + 1
    return encoded.replace(/=+$/, '').slice(start, -1)
  })
  return [Buffer.from(text).toString('hex'), ...base64]
}
