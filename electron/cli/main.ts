import { COMMANDS } from './commands.ts'
import { run } from './run.ts'
import { terminal } from './terminal.ts'

/** `npm run alcove -- …`: the engine without a window, for scripts and for IT. */
process.exitCode = await run(process.argv.slice(2), {
  commands: COMMANDS,
  env: process.env,
  terminal,
  print: (text) => process.stdout.write(`${text}\n`),
})
