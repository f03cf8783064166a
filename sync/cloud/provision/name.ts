/** A facility's name: the customer's own, for people. Nothing in the database is named by it. */
import { CloudError } from '../errors.ts'
import { FACILITY_ID } from './find.ts'

/** Whether people can read it for one name: something in it is to be seen, it stays on its line, and it runs one way. */
export function isReadableName(title: string): boolean {
  // Joiners are part of how some scripts are written; marks that turn a line around, and other ends of a line, are not.
  const unseen = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u
  return title.isWellFormed() && /[\p{L}\p{N}]/u.test(title) && title.length <= 200 && !unseen.test(title)
}

/** A name as it is kept; refuses what is none. */
export function facilityName(name: string): string {
  const title = name.normalize('NFC').trim()
  if (FACILITY_ID.test(title.toLowerCase()))
    throw new CloudError('bad-name', 'That looks like a facility’s id. Give it the name that people know it by.')
  if (!isReadableName(title))
    throw new CloudError('bad-name', 'A facility needs a name of one line, at most 200 characters long.')
  return title
}
