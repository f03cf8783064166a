/** A person at the open clinic: what features are handed, made for them. */
import { KINDS } from '../domain/kinds.ts'
import { AccessLog } from './access.ts'
import type { SessionUser } from './api-shapes.ts'
import type { Context, Emit } from './context.ts'
import { AlcoveError } from './errors.ts'
import type { OpenFiles } from './files.ts'
import type { OpenKeyring } from './keyring/open-keyring.ts'
import { Store } from './store.ts'

interface Parts extends OpenFiles {
  keyring: OpenKeyring
  dir: string
  now: () => number
  emit: Emit
}

export function contextFor(userId: string, parts: Parts): Context {
  const { db, journal, search, keyring, dir, now, emit } = parts
  const store = new Store({ db, journal, search, author: userId })
  return {
    db,
    store,
    journal,
    search,
    keyring,
    dir,
    emit,
    access: new AccessLog(journal, userId, now),
    facility: keyring.facility,
    now: () => new Date(now()),
    // Read at every call: a role that was taken away is gone at once, not at the next sign-in.
    get user() {
      const user = sessionUser(store, userId)
      if (!user) throw new AlcoveError('not-permitted', 'This user may no longer sign in.')
      return user
    },
  }
}

/** The user with that id, if they may sign in. */
export function sessionUser(store: Store, id: string): SessionUser | undefined {
  const user = store.get(KINDS.user, id)
  if (!user?.active) return undefined
  const { login, name, roles, practitioner } = user
  return { id, login, name, roles, ...(practitioner !== undefined && { practitioner }) }
}
