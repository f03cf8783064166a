import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { may, ROLES } from '../domain/roles.ts'
import type { Context, Door } from './context.ts'
import { type Desk, dispatch } from './dispatch.ts'
import { AlcoveError } from './errors.ts'
import { command, door, type Features, feature, query, task } from './feature.ts'
import { features } from './features.ts'
import { scratchClinic } from './scratch.ts'

const NAME = 'Lakshmi Narasimhan'

const tried = feature('try', {
  write: command({
    input: z.strictObject({ family: z.string().max(5) }),
    needs: 'patient:write',
    run: ({ db }, { family }) => {
      db.run(`insert into meta (key, value) values ('try', ?)`, [family])
      if (family === 'fail') throw new Error(`could not save ${NAME}`)
      return { family }
    },
  }),
  read: query({
    input: z.strictObject({ patient: z.string() }),
    needs: 'chart:read',
    run: (_, { patient }) => ({ patient }),
    reads: ({ patient }) => patient,
  }),
  late: task({
    input: z.strictObject({}),
    needs: 'nothing',
    run: async () => {
      throw Object.assign(new Error(NAME), { code: 'SQLITE_FULL' })
    },
  }),
  wait: command({ input: z.strictObject({}), needs: 'nothing', run: () => Promise.resolve(1) }),
  early: door({ input: z.strictObject({}), open: ['locked'], run: () => ({}) }),
}) satisfies Features

function deskOf(context: Context | undefined, state: Desk['state'] = 'open'): Desk {
  return { context, state, door: {} as Door }
}

describe('every command of the map', () => {
  test('is allowed to exactly the roles that the permission table names', async () => {
    const { context } = await scratchClinic()
    // Input that nothing takes: whoever is allowed in gets as far as bad-input, and nothing runs.
    const nonsense = { 'no such field': true }
    const wrong: string[] = []
    for (const [name, callable] of Object.entries(features)) {
      if (callable.type === 'door') continue
      for (const role of ROLES) {
        const as = Object.create(context, { user: { value: { ...context.user, roles: [role] } } }) as Context
        const outcome = await dispatch(features, deskOf(as), name, nonsense)
        const allowed = callable.needs === 'nothing' || may([role], callable.needs)
        const code = outcome.ok ? 'ok' : outcome.error.code
        if (code !== (allowed ? 'bad-input' : 'not-permitted')) wrong.push(`${role} ${name}: ${code}`)
      }
    }
    expect(wrong).toEqual([])
  })

  test('needs somebody to be signed in, but for those of the door', async () => {
    const open = Object.entries(features).filter(([, callable]) => callable.type === 'door')
    expect(open.map(([name]) => name).sort()).toEqual([
      'clinic.confirmRecovery',
      'clinic.create',
      'clinic.status',
      'session.recover',
      'session.signIn',
      'session.signOut',
    ])
    for (const [name, callable] of Object.entries(features)) {
      if (callable.type === 'door') continue
      const outcome = await dispatch(features, deskOf(undefined, 'locked'), name, {})
      expect(outcome, name).toMatchObject({ error: { code: 'not-permitted' } })
    }
  })
})

describe('a call', () => {
  test('with input that is not understood says where, and never quotes it', async () => {
    const { context } = await scratchClinic()
    for (const input of [{ family: NAME }, { family: 'a', [NAME]: 1 }, NAME, [NAME], 7]) {
      const outcome = await dispatch(tried, deskOf(context), 'try.write', input)
      expect(outcome).toMatchObject({ ok: false, error: { code: 'bad-input' } })
      expect(JSON.stringify(outcome)).not.toContain('Lakshmi')
    }
    const outcome = await dispatch(tried, deskOf(context), 'try.write', { family: NAME })
    expect(outcome).toMatchObject({ error: { details: { field: 'family' } } })
  })

  test('of what is not there, or is there only by way of a prototype, is refused', async () => {
    const { context } = await scratchClinic()
    for (const name of ['nothing', 'constructor', '__proto__', 'toString']) {
      expect(await dispatch(features, deskOf(context), name, {})).toMatchObject({ error: { code: 'bad-input' } })
    }
  })

  test('that fails unexpectedly writes nothing, and says nothing about a patient', async () => {
    const { context } = await scratchClinic()
    const outcome = await dispatch(tried, deskOf(context), 'try.write', { family: 'fail' })
    expect(outcome).toMatchObject({
      ok: false,
      error: { code: 'internal', details: { at: expect.stringMatching(/^dispatch\.test\.ts:\d+$/) } },
    })
    expect(JSON.stringify(outcome)).not.toContain('Lakshmi')
    expect(context.db.get(`select 1 from meta where key = 'try'`)).toBeUndefined()
    expect(await dispatch(tried, deskOf(context), 'try.late', {})).toMatchObject({ error: { code: 'disk-full' } })
  })

  test('cannot wait inside a transaction', async () => {
    const { context } = await scratchClinic()
    expect(await dispatch(tried, deskOf(context), 'try.wait', {})).toMatchObject({ error: { code: 'internal' } })
    expect(context.db.inTransaction).toBe(false)
  })

  test('at the wrong moment is told which', async () => {
    const state = async (it: Desk['state'], name: string) => {
      const outcome = await dispatch(tried, deskOf(undefined, it), name, {})
      return outcome.ok ? 'ok' : outcome.error.code
    }
    expect(await state('empty', 'try.read')).toBe('no-clinic')
    expect(await state('setup', 'try.read')).toBe('no-clinic')
    expect(await state('locked', 'try.read')).toBe('not-permitted')
    expect(await state('locked', 'try.early')).toBe('ok')
    expect(await state('open', 'try.early')).toBe('not-permitted')
    expect(await dispatch(features, deskOf(undefined, 'open'), 'clinic.create', {})).toMatchObject({
      error: { code: 'clinic-exists' },
    })
  })
})

describe('looking at a chart', () => {
  test('is on record before it is shown; again within a quarter of an hour is the same look', async () => {
    let now = Date.parse('2026-01-12T09:00:00Z')
    const { context } = await scratchClinic({ now: () => now })
    const looks = () => context.db.all(`select id, author from journal where kind = 'access'`)
    const look = (patient: string) => dispatch(tried, deskOf(context), 'try.read', { patient })
    await look('p1')
    await look('p1')
    await look('p2')
    expect(looks()).toEqual([
      { id: 'p1', author: context.user.id },
      { id: 'p2', author: context.user.id },
    ])
    now += 16 * 60_000
    await look('p1')
    expect(looks()).toHaveLength(3)
  })

  test('that cannot be put on record is not given', async () => {
    const { context } = await scratchClinic()
    const deaf = Object.create(context, {
      access: {
        value: {
          note: () => {
            throw new AlcoveError('disk-full', 'The disk is full.')
          },
        },
      },
    }) as Context
    expect(await dispatch(tried, deskOf(deaf), 'try.read', { patient: 'p1' })).toMatchObject({ ok: false })
  })
})

test('what was written is told once, with the patient if there was one', async () => {
  const told: unknown[] = []
  const { clinic } = await scratchClinic({ emit: (event, data) => told.push([event, data]) })
  told.length = 0
  await clinic.dispatch('user.add', {
    login: 'nina',
    name: 'Nina',
    roles: ['nurse'],
    password: 'another long password',
  })
  expect(told).toEqual([['records.changed', { kinds: ['user'] }]])
})
