/** What the commands are is written down for people twice: in their help, and for IT. Neither may lack one. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const HERE = import.meta.dirname
const MAIN = join(HERE, '..', 'main.ts')
const DOCUMENT = readFileSync(join(HERE, '..', '..', '..', 'docs', 'for-it.md'), 'utf8')

const said = async (...args: string[]) => (await promisify(execFile)(process.execPath, [MAIN, ...args])).stdout
const named = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = '']) => name)

/** As main.ts has them: its table, and not what it says of it. */
const COMMANDS = named(readFileSync(MAIN, 'utf8'), /^ {2}(\w+): \{ run: /gm)

/** The acts of a command, as it names them to somebody who named none, and in its help; a command that is an act has none. */
async function actsOf(command: string): Promise<string[]> {
  const usage = named(await said(command, '--help'), new RegExp(`^npm run cloud -- ${command} ([a-z-]+)`, 'gm'))
  const asked = await said(command, 'nonsense').catch(({ stderr }: { stderr: string }) => stderr)
  const listed = /one of: ([a-z, -]+)\./.exec(asked)?.[1]?.split(', ') ?? []
  return [...new Set([...usage, ...listed])]
}

test('every command is in the list that the program gives, and in what IT reads', async () => {
  expect(COMMANDS.length).toBeGreaterThanOrEqual(7)
  expect(named(await said('help'), /^ {2}(\w+) {2,}\S/gm).sort()).toEqual([...COMMANDS].sort())
  expect(COMMANDS.filter((command) => !DOCUMENT.includes(`npm run -s cloud -- ${command} `))).toEqual([])
})

test.each(COMMANDS)('everything that `%s` does has its line in what IT reads', async (command) => {
  const acts = await actsOf(command)
  expect(acts.length).toBeGreaterThan(['start', 'setup', 'migrate'].includes(command) ? -1 : 1)
  expect(acts.filter((act) => !new RegExp(`^npm run -s cloud -- ${command} ${act}\\b`, 'm').test(DOCUMENT))).toEqual([])
})
