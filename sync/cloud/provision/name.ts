/** A facility's name: the customer's own, for people. Nothing in the database is named by it. */
import { CloudError } from '../errors.ts'
import { FACILITY_ID } from './find.ts'

/** A name as it is kept; refuses what is none. */
export function facilityName(name: string): string {
  const title = name.normalize('NFC').trim()
  // Joiners are part of how some scripts are written; marks that turn a line around, and other ends of a line, are not.
  const unseen = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u
  if (FACILITY_ID.test(title.toLowerCase()))
    throw new CloudError('bad-name', 'That looks like a facility’s id. Give it the name that people know it by.')
  if (!title.isWellFormed() || !/[\p{L}\p{N}]/u.test(title) || title.length > 200 || unseen.test(title))
    throw new CloudError('bad-name', 'A facility needs a name of one line, at most 200 characters long.')
  return title
}
