/** A throw-away facility and all that is known about it: its login, a workstation, strings that only it may see. */
import pg from 'pg'
import { PATHS } from '../../../protocol/messages.ts'
import { type Answer, Workstation } from '../../client/workstation.ts'
import { sqlState } from '../../errors.ts'
import type { Outcome } from './attack.ts'
import type { Witness } from './witness.ts'

export const PARTS = ['victim', 'attacker', 'bystander'] as const
export type Part = (typeof PARTS)[number]

export interface PartyFacts {
  readonly part: Part
  readonly facility: string
  readonly role: string
  readonly schema: string
  /** The literal of its policies. */
  readonly tag: string
  readonly login: pg.ClientConfig
  readonly station: HeardWorkstation
  /** Strings that nobody but this facility may ever see. */
  readonly canaries: readonly string[]
  /** What an outsider may well know: it stands on a slip of paper. */
  readonly known: { readonly patient: string; readonly blob: string; readonly device: string }
  readonly recoveryCode: string
  /** Everything that came back to it. */
  readonly witness: Witness
}

/** A workstation whose every answer is heard. */
export class HeardWorkstation extends Workstation {
  readonly #witness: Witness
  constructor(address: { url: string; pin: string }, witness: Witness) {
    super(address)
    this.#witness = witness
  }

  override async send(...call: Parameters<Workstation['send']>): Promise<Answer> {
    const answer = await super.send(...call)
    // The answer to its own enrollment, and what it is told of itself, is its own.
    if (call[1] !== PATHS.enroll || answer.status !== 200) this.#witness.hear(JSON.stringify(answer))
    return answer
  }
}

export interface Party extends PartyFacts {
  /** A session of its own at the server, heard from the first byte. `extra` changes how it logs in. */
  session<T>(work: (client: pg.Client) => Promise<T>, extra?: pg.ClientConfig): Promise<T>
  /** One statement in a session of its own. */
  ask(text: string, values?: unknown[]): Promise<Outcome>
  /** Several statements in one session; what the last one was answered. The others must be accepted. */
  askAfter(before: readonly string[], text: string, values?: unknown[]): Promise<Outcome>
  /** What a login is answered: `{value: 'accepted'}`, or the SQLSTATE. */
  logIn(extra?: pg.ClientConfig): Promise<Outcome>
}

export function partyOf(facts: PartyFacts): Party {
  const session: Party['session'] = async (work, extra = {}) => {
    const client = new pg.Client({ connectionTimeoutMillis: 15_000, query_timeout: 60_000, ...facts.login, ...extra })
    client.on('error', () => {})
    facts.witness.listenTo(client)
    try {
      await client.connect()
      return await work(client)
    } finally {
      await client.end().catch(() => {})
    }
  }
  return {
    ...facts,
    session,
    ask: (text, values) => session((client) => ask(client, text, values)),
    askAfter: (before, text, values) =>
      session(async (client) => {
        for (const statement of before) await client.query(statement)
        return ask(client, text, values)
      }),
    logIn: async (extra) => {
      try {
        return await session(async () => ({ value: 'accepted' }), extra)
      } catch (error) {
        return refusedWith(error)
      }
    },
  }
}

/** Puts a statement to a server: how many rows, and the warnings; or the SQLSTATE that it is refused with. */
export async function ask(client: pg.Client, text: string, values: unknown[] = []): Promise<Outcome> {
  const warnings: string[] = []
  const note = (notice: { code?: string | undefined; severity?: string | undefined }) => {
    if (notice.severity === 'WARNING') warnings.push(notice.code ?? '')
  }
  client.on('notice', note)
  try {
    const result = await client.query(text, values)
    const { rowCount } = (Array.isArray(result) ? result.at(-1) : result) as pg.QueryResult
    return { rows: rowCount ?? 0, ...(warnings.length > 0 ? { warnings } : {}) }
  } catch (error) {
    return refusedWith(error)
  } finally {
    client.off('notice', note)
  }
}

/** The outcome that an error is. One without a SQLSTATE is the driver's or ours, and is none of the server's refusals. */
export function refusedWith(error: unknown): Outcome {
  const sqlstate = sqlState(error)
  return sqlstate ? { sqlstate } : { code: (error as Error)?.name ?? 'Error', value: String((error as Error)?.message) }
}
