/** A real clinic for tests: an encrypted database in a folder of its own, a user of each role, a clock that tests set. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Json } from '../../domain/fields.ts'
import type { AnyKind } from '../../domain/kind.ts'
import type { Patient } from '../../domain/kinds.ts'
import type { Role } from '../../domain/roles.ts'
import type { ApiInput, ApiName, ApiValue } from '../api.ts'
import { type Clinic, createClinic, unwrap } from '../clinic.ts'
import type { Context, Emit } from '../context.ts'
import { Journal } from '../journal.ts'
import { Rows } from '../rows.ts'

const PASSWORD = 'a password of some length'
/** Derived in a moment: what a password costs is tested where keys are. */
const KDF = { memory: 1024, passes: 1, lanes: 1 }
const OTHER_DEVICE = '00000000000000d2'

type Who = Role

export class TestClinic {
  readonly #clinic: Clinic
  readonly #dir: string
  readonly told: { event: string; data: unknown }[]
  /** Milliseconds since 1970. */
  clock: { now: number }

  private constructor(clinic: Clinic, dir: string, told: TestClinic['told'], clock: { now: number }) {
    this.#clinic = clinic
    this.#dir = dir
    this.told = told
    this.clock = clock
  }

  static async open(): Promise<TestClinic> {
    const dir = mkdtempSync(join(tmpdir(), 'alcove-features-'))
    const told: TestClinic['told'] = []
    const clock = { now: new Date(2026, 10, 21, 9, 0).getTime() }
    const emit: Emit = (event, data) => void told.push({ event, data })
    const { clinic } = await createClinic({
      dir,
      emit,
      now: () => clock.now,
      kdf: KDF,
      facility: 'Test clinic',
      admin: { login: 'admin', name: 'Ada Admin', password: PASSWORD },
      recoveryNoted: true,
    })
    const it = new TestClinic(clinic, dir, told, clock)
    const { practitioner } = await it.ask('practitioner.add', {
      prefix: 'Dr',
      given: 'Asha',
      family: 'Rao',
      qualification: 'MBBS',
      registrationNumber: '12345',
    })
    await it.#hire('clinician', 'Dr Asha Rao', practitioner.id)
    await it.#hire('nurse', 'Nina Nurse')
    await it.#hire('front-desk', 'Fred Desk')
    return it
  }

  async #hire(role: Who, name: string, practitioner?: string): Promise<void> {
    await this.ask('user.add', {
      login: role,
      name,
      roles: [role],
      password: PASSWORD,
      ...(practitioner !== undefined && { practitioner }),
    })
  }

  /** From here on, that person is at the desk. */
  async as(role: Who): Promise<void> {
    await this.ask('session.signIn', { login: role, password: PASSWORD })
    this.told.length = 0
  }

  /** The value of an answer; an error is thrown. */
  async ask<N extends ApiName>(name: N, input: ApiInput<N>): Promise<ApiValue<N>> {
    return unwrap(await this.#clinic.engine.call(name, input)) as ApiValue<N>
  }

  /** The error's code of an answer, or `ok`. */
  async refusal<N extends ApiName>(name: N, input: ApiInput<N>): Promise<string> {
    const answer = await this.#clinic.engine.call(name, input)
    return answer.ok ? 'ok' : answer.error.code
  }

  get context(): Context {
    const { context } = this.#clinic.engine
    if (!context) throw new Error('nobody is signed in')
    return context
  }

  async patient(fields: Partial<Omit<Patient, 'id' | 'mrn'>> = {}): Promise<Patient> {
    const { patient } = await this.ask('patient.register', { given: 'Laxmi', family: 'Devi', sex: 'female', ...fields })
    return patient
  }

  /** A change that another workstation made without having seen what was written here since `base`, as it comes by sync. */
  elsewhere(kind: AnyKind, id: string, base: string[], fields: Record<string, Json>): void {
    const { db, user } = this.context
    const journal = new Journal(db, OTHER_DEVICE, () => this.clock.now)
    const noted = journal.append({ kind: 'change', author: user.id, record: kind.name, id, fields, base })
    const rows = new Rows(db, (record, of) => Journal.changes(db, record, of))
    rows.apply(kind, id, { ...noted, author: user.id, fields, base })
  }

  /** The entries that a change made now would be made on top of. */
  heads(kind: AnyKind, id: string): string[] {
    const row = this.context.db.get<{ _heads: string }>(`select _heads from "${kind.name}" where id = ?`, [id])
    return JSON.parse(row?._heads ?? '[]') as string[]
  }

  /** How SQLite would run that query: one line a step. */
  plan(sql: string): string[] {
    const params = Object.fromEntries([...sql.matchAll(/:([a-z]+)/g)].map(([, name]) => [name, '']))
    const positional = (sql.match(/\?/g) ?? []).map(() => '')
    return this.context.db
      .all<{ detail: string }>(`explain query plan ${sql}`, positional.length > 0 ? positional : params)
      .map((row) => row.detail)
  }

  async close(): Promise<void> {
    await this.#clinic.close()
    rmSync(this.#dir, { recursive: true })
  }
}
