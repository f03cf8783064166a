/** Who is signed in, for the screens. What they may do is decided by the engine; here it only hides what would be refused. */
import { createContext, use } from 'react'
import { may, type Permission } from '../../domain/roles.ts'
import type { SessionUser } from '../../engine/api-shapes.ts'

export interface Session {
  user: SessionUser
  facility: string
}

export const SessionContext = createContext<Session | undefined>(undefined)

export function useSession(): Session {
  const session = use(SessionContext)
  if (!session) throw new Error('This screen is only for those who are signed in.')
  return session
}

/** Whether the person signed in may. */
export function useMay(permission: Permission): boolean {
  return may(useSession().user.roles, permission)
}
