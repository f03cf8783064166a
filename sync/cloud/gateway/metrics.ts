/**
 * What an operator may know of a facility without knowing anything of its patients: how many calls, of which kind, how long
 * they took. By the facility's opaque id; a facility that has not been heard of for a while is forgotten, so that what is
 * kept follows the load and not the fleet.
 */
import { createServer, type Server } from 'node:http'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { RefusalCode } from '../../protocol/messages.ts'

export const CALLS = ['enroll', 'hello', 'push', 'pull', 'access', 'other'] as const
export type Call = (typeof CALLS)[number]

const FORGET_MS = 60 * 60_000
const MOST_FACILITIES = 5000
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60]

export class Metrics {
  readonly #registry = new Registry()
  readonly #seen = new Map<string, number>()
  readonly #perFacility: Labelled[] = []
  readonly #forgetMs: number

  readonly #requests = this.#counter('requests_total', 'Calls, by what came of them.', ['call', 'outcome'])
  readonly #entries = this.#counter('entries_total', 'Entries that were sent and taken, or asked for.', ['call'])
  readonly #bytes = this.#counter('received_bytes_total', 'Bytes of bodies, as they came.', [])
  readonly #busy = this.#counter('busy_seconds_total', 'Time that calls took, waiting included.', ['call'])
  readonly #waited = this.#counter('waited_seconds_total', 'Time that calls waited for their turn.', [])
  readonly #ended = this.#counter('watchdog_ended_total', 'Sessions that the watchdog ended.', ['reason'])
  readonly #stored = this.#gauge('stored_bytes', 'Bytes on disk, as last measured.')
  readonly #readOnly = this.#gauge('read_only', 'Whether the quota is reached.')
  readonly #connections = this.#gauge('connections', 'Open connections to PostgreSQL.')
  readonly #seconds = new Histogram({
    name: 'alcove_request_seconds',
    help: 'How long calls took, of all facilities together.',
    labelNames: ['call'],
    buckets: SECONDS,
    registers: [this.#registry],
  })
  readonly #turnedAway = new Counter({
    name: 'alcove_turned_away_total',
    help: 'Connections that were closed before a word was said.',
    labelNames: ['why'],
    registers: [this.#registry],
  })

  constructor({ forgetMs = FORGET_MS }: { forgetMs?: number } = {}) {
    this.#forgetMs = forgetMs
    collectDefaultMetrics({ register: this.#registry, prefix: 'alcove_' })
  }

  /** A call that was answered. `facility` is undefined for whoever did not prove to be of one. */
  answered(facility: string | undefined, call: Call, outcome: RefusalCode | 'ok', seconds: number): void {
    const id = this.#known(facility)
    this.#add(this.#requests, { facility: id, call, outcome })
    this.#add(this.#busy, { facility: id, call }, seconds)
    this.#seconds.observe({ call }, seconds)
  }

  entries(facility: string, call: Call, count: number): void {
    this.#add(this.#entries, { facility: this.#known(facility), call }, count)
  }

  received(facility: string, bytes: number): void {
    this.#add(this.#bytes, { facility: this.#known(facility) }, bytes)
  }

  waited(facility: string, seconds: number): void {
    this.#add(this.#waited, { facility: this.#known(facility) }, seconds)
  }

  ended(facility: string | undefined, reason: string): void {
    this.#add(this.#ended, { facility: this.#known(facility), reason })
  }

  /** Of facilities that are heard of only: the others would be remembered for their size alone. */
  measured(facility: string, bytes: number, readOnly: boolean): void {
    if (!this.#seen.has(facility) && !readOnly) return
    const id = this.#known(facility)
    this.#set(this.#stored, id, bytes)
    this.#set(this.#readOnly, id, readOnly ? 1 : 0)
  }

  turnedAway(why: string): void {
    this.#turnedAway.inc({ why })
  }

  /** What there is, as Prometheus reads it. */
  async text(connections: ReadonlyMap<string, number>): Promise<string> {
    this.#forget(performance.now() - this.#forgetMs)
    this.#connections.metric.reset()
    for (const [facility, count] of connections) this.#set(this.#connections, this.#known(facility), count)
    return this.#registry.metrics()
  }

  /** The label of a facility; noted as heard of now. */
  #known(facility = ''): string {
    this.#seen.delete(facility)
    this.#seen.set(facility, performance.now())
    const oldest = this.#seen.keys().next()
    if (this.#seen.size > MOST_FACILITIES && !oldest.done) this.#remove(oldest.value)
    return facility
  }

  #forget(before: number): void {
    for (const [facility, at] of this.#seen) {
      if (at >= before) return // the rest was heard of later
      this.#remove(facility)
    }
  }

  #remove(facility: string): void {
    this.#seen.delete(facility)
    for (const { metric, labels } of this.#perFacility) {
      for (const values of labels.get(facility)?.values() ?? []) metric.remove(values)
      labels.delete(facility)
    }
  }

  #counter(name: string, help: string, labelNames: string[]): Labelled<Counter> {
    return this.#labelled(new Counter(this.#named(name, help, labelNames)))
  }

  #gauge(name: string, help: string): Labelled<Gauge> {
    return this.#labelled(new Gauge(this.#named(name, help, [])))
  }

  #named(name: string, help: string, labelNames: string[]) {
    return { name: `alcove_${name}`, help, labelNames: ['facility', ...labelNames], registers: [this.#registry] }
  }

  #labelled<M extends Counter | Gauge>(metric: M): Labelled<M> {
    const labelled = { metric, labels: new Map() }
    this.#perFacility.push(labelled)
    return labelled
  }

  #add(to: Labelled<Counter>, values: Labels, by = 1): void {
    to.metric.inc(noted(to, values), by)
  }

  #set(to: Labelled<Gauge>, facility: string, value: number): void {
    to.metric.set(noted(to, { facility }), value)
  }
}

type Labels = Record<string, string> & { facility: string }

/** A metric, and the labels that it has of each facility. */
interface Labelled<M extends Counter | Gauge = Counter | Gauge> {
  metric: M
  labels: Map<string, Map<string, Labels>>
}

function noted({ labels }: Labelled, values: Labels): Labels {
  const theirs = labels.get(values.facility) ?? new Map<string, Labels>()
  theirs.set(Object.values(values).join(' '), values)
  labels.set(values.facility, theirs)
  return values
}

/** Serves the metrics to this machine, on a door of their own: never on the one that workstations come to. */
export async function serveMetrics(port: number, text: () => Promise<string>): Promise<Server> {
  const server = createServer({ requestTimeout: 5000, headersTimeout: 5000 }, (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end()
      return
    }
    text().then(
      (body) => response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(body),
      () => response.writeHead(500).end(),
    )
  })
  server.maxConnections = 16
  await new Promise<void>((done, fail) => {
    server.once('error', fail)
    server.listen(port, '127.0.0.1', done)
  })
  return server
}
