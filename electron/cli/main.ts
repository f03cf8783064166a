import { COMMANDS } from './commands.ts'
import { run } from './run.ts'
import { terminal } from './terminal.ts'

/** `npm run alcove -- …`: the engine without a window, for scripts and for IT. */
// Whoever reads the answer may have read enough of it: `alcove show … | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

process.exitCode = await run(process.argv.slice(2), {
  commands: COMMANDS,
  env: process.env,
  terminal,
  print: (text) => process.stdout.write(`${text}\n`),
})
