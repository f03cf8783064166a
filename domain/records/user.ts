import { z } from 'zod'
import { bool, json, line, ref } from '../fields.ts'
import { kind } from '../kind.ts'
import { ROLES } from '../roles.ts'

/** Somebody who may sign in. Keys are elsewhere (the keyring); what a person may do is here. */
export const user = kind('user', {
  conflict: 'review',
  fields: {
    login: line(),
    name: line(),
    /** In a small clinic one person is several: the doctor is also the admin. */
    roles: json(z.array(z.enum(ROLES)).min(1).max(ROLES.length)),
    practitioner: ref('practitioner').optional(),
    active: bool({ safer: [false, true] }),
  },
})
