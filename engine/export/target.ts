/** Where something may be written that is for people to read. */
import { realpathSync } from 'node:fs'
import { dirname, isAbsolute, relative, sep } from 'node:path'
import { z } from 'zod'
import { AlcoveError } from '../errors.ts'

/** Where the file is; the shell and the command line give it whole, so that nobody's working folder matters. */
export const FilePath = z
  .string()
  .max(4096)
  .refine((path) => isAbsolute(path) && !path.includes('\0'), 'the path of a file has to be given in full')

/** The clinic's folder holds its records and keys, which an export would replace; and nothing in it is readable. */
export function refuseOwnFolder(dir: string, path: string): void {
  const way = relative(realpathSync.native(dir), resolved(dirname(path)))
  const outside = way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)
  if (!outside)
    throw new AlcoveError('bad-input', 'This is the folder of the clinic’s own records. Export to another one.')
}

/** Where a folder really is, links and spelling aside; one that is not there is refused when it is written to. */
function resolved(folder: string): string {
  try {
    return realpathSync.native(folder)
  } catch {
    return folder
  }
}
