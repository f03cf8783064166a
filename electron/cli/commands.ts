import type { Command } from './command.ts'
import { backup } from './commands/backup.ts'
import { importCodes } from './commands/codes.ts'
import { exportAll } from './commands/export.ts'
import { importRecords } from './commands/import.ts'
import { init } from './commands/init.ts'
import { search } from './commands/search.ts'
import { show } from './commands/show.ts'
import { SYNC } from './commands/sync.ts'
import { syncAccess } from './commands/sync-access.ts'
import { verify } from './commands/verify.ts'

/** Every command, in the order in which a clinic meets them. */
export const COMMANDS: readonly Command[] = [
  init,
  importRecords,
  search,
  show,
  exportAll,
  verify,
  backup,
  importCodes,
  ...SYNC,
  syncAccess,
]
