import { z } from 'zod'
import { KINDS } from '../../domain/kinds.ts'
import { AlcoveError } from '../errors.ts'
import { door, feature, task } from '../feature.ts'
import { Lockout } from '../lockout.ts'
import { NewPassword, Nothing, TypedPassword } from './inputs.ts'

const TypedLogin = z.string().max(200)

/** Signing in and out. Every time, and every failure, is in the journal. */
export const session = feature('session', {
  signIn: door({
    input: z.strictObject({ login: TypedLogin, password: TypedPassword }),
    open: ['locked', 'open'],
    run: (door, { login, password }) => door.signIn(login, password),
  }),
  /** With a printed code. It is used up, and a new one is shown once. */
  recover: door({
    input: z.strictObject({ code: z.string().max(200), login: TypedLogin, newPassword: NewPassword }),
    open: ['locked'],
    run: (door, { code, login, newPassword }) => door.recover(code, login, newPassword),
  }),
  signOut: door({
    input: Nothing,
    open: ['open'],
    run: async (door) => {
      await door.signOut()
      return {}
    },
  }),
  changePassword: task({
    input: z.strictObject({ current: TypedPassword, next: NewPassword }),
    needs: 'nothing',
    run: async ({ db, dir, now, store, journal, keyring, user: { id, login } }, { current, next }) => {
      // Whoever finds a session open may not guess here faster than at the door.
      const lockout = new Lockout(dir, () => now().getTime())
      lockout.check(login)
      if (!(await keyring.knows(id, current))) {
        journal.append({ kind: 'session', author: id, record: 'session.failed', id })
        lockout.failed(login, id)
        lockout.recorded()
        throw new AlcoveError('wrong-password', 'That is not your current password. Nothing was changed.')
      }
      const blank = await keyring.prepare({ id, login }, next)
      db.immediate(() => {
        journal.append({ kind: 'session', author: id, record: 'session.passwordChanged', id })
        // As it is now: an admin may have given them another one meanwhile.
        keyring.put({ ...blank, login: store.need(KINDS.user, id).login })
      })
      lockout.succeeded(login)
      return {}
    },
  }),
})
