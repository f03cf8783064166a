import { z } from 'zod'
import { id } from '../../domain/fields.ts'
import type { User } from '../../domain/kinds.ts'
import { KINDS } from '../../domain/kinds.ts'
import { ROLES } from '../../domain/roles.ts'
import type { Context } from '../context.ts'
import { AlcoveError } from '../errors.ts'
import { command, feature, query, task } from '../feature.ts'
import { loginKey } from '../keyring/slot.ts'
import { newId } from '../uuid.ts'
import { Login, NewPassword, Nothing } from './inputs.ts'

const { user: kind } = KINDS
const Name = z.string().trim().min(1).max(200)
const Roles = z.array(z.enum(ROLES)).min(1).max(ROLES.length)

/** Who may sign in, and as what. The record says what a person may do; the keyring is what lets them in. */
export const users = feature('user', {
  list: query({
    input: Nothing,
    needs: 'user:read',
    run: ({ store }) => ({ users: store.list(kind, { order: 'login', limit: 1000 }) }),
  }),

  add: task({
    input: z.strictObject({
      login: Login,
      name: Name,
      roles: Roles,
      password: NewPassword,
      practitioner: id().optional(),
    }),
    needs: 'user:write',
    run: async (context, { login, name, roles, password, practitioner }) => {
      const { db, store, keyring } = context
      const added = newId()
      const blank = await keyring.prepare({ id: added, login }, password)
      return db.immediate(() => {
        refuseTaken(context, login)
        const user = store.save(kind, { id: added, login, name, roles, practitioner, active: true })
        note(context, 'user.added', added)
        // Last: if the keyring cannot be written, the record is taken back with the transaction.
        keyring.put(blank)
        return { user }
      })
    },
  }),

  change: command({
    input: z.strictObject({
      id: id(),
      patch: z.strictObject({
        login: Login.optional(),
        name: Name.optional(),
        roles: Roles.optional(),
        practitioner: id().nullable().optional(),
      }),
      reason: z.string().max(2000).optional(),
    }),
    needs: 'user:write',
    run: (context, { id, patch, reason }) => {
      const { store, keyring } = context
      const before = store.need(kind, id)
      if (patch.login !== undefined && loginKey(patch.login) !== loginKey(before.login))
        refuseTaken(context, patch.login)
      if (patch.roles && !patch.roles.includes('admin')) refuseLastAdmin(context, before)
      const user = store.change(kind, id, patch, { reason })
      note(context, 'user.changed', id)
      if (user.login !== before.login) keyring.rename(id, user.login)
      return { user }
    },
  }),

  /** A forgotten password: an admin sets another, without knowing the one before. Lets a removed person in again. */
  resetPassword: task({
    input: z.strictObject({ id: id(), password: NewPassword }),
    needs: 'user:write',
    run: async (context, { id, password }) => {
      const { db, store, keyring } = context
      const { login } = store.need(kind, id)
      const blank = await keyring.prepare({ id, login }, password)
      return db.immediate(() => {
        const now = store.need(kind, id)
        if (!now.active) {
          refuseTaken(context, now.login)
          store.change(kind, id, { active: true })
        }
        note(context, 'user.passwordReset', id)
        keyring.put({ ...blank, login: now.login })
        return {}
      })
    },
  }),

  /** The person's way in is taken away and the facility key turned; what they did stays on record under their name. */
  remove: command({
    input: z.strictObject({ id: id() }),
    needs: 'user:write',
    run: (context, { id }) => {
      const { store, keyring, user } = context
      if (id === user.id) throw new AlcoveError('not-permitted', 'You cannot remove yourself. Ask another admin.')
      refuseLastAdmin(context, store.need(kind, id))
      store.change(kind, id, { active: false })
      note(context, 'user.removed', id)
      keyring.remove(id)
      return {}
    },
  }),
})

function note({ journal, user }: Context, record: string, id: string): void {
  journal.append({ kind: 'admin', author: user.id, record, id })
}

function refuseTaken({ store }: Context, login: string): void {
  const taken = store.list(kind, { where: { active: true } }).some((user) => loginKey(user.login) === loginKey(login))
  if (taken)
    throw new AlcoveError('conflict', 'Somebody already signs in with that name. Choose another.', { field: 'login' })
}

/** A clinic that nobody can administer would be past help. */
function refuseLastAdmin({ store }: Context, { id, roles }: User): void {
  if (!roles.includes('admin')) return
  const others = store
    .list(kind, { where: { active: true } })
    .filter((user) => user.id !== id && user.roles.includes('admin'))
  if (others.length === 0)
    throw new AlcoveError('not-permitted', 'This is the clinic’s only admin. Make somebody else an admin first.')
}
