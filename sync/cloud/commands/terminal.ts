/** Whoever sits at the keyboard, if anybody does. Questions go to stderr, so that stdout holds only the answer. */
import { stderr, stdin } from 'node:process'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { CloudError } from '../errors.ts'

/** The facility's recovery code: from the environment, or typed without being shown. Never from an argument. */
export async function recoveryCode(): Promise<string> {
  const given = process.env.ALCOVE_RECOVERY_CODE
  if (given !== undefined && given.trim() !== '') return given
  if (!stdin.isTTY)
    throw new CloudError(
      'recovery-code-needed',
      'That needs the facility’s recovery code: from a terminal, or in ALCOVE_RECOVERY_CODE. Nothing was changed.',
    )
  stderr.write('Recovery code of the facility (ALR1-…): ')
  const answer = await ask(new Writable({ write: (_chunk, _encoding, done) => done() }))
  stderr.write('\n')
  return answer
}

/** Has somebody type a name back before what cannot be undone. */
export async function typedBack(name: string, what: string): Promise<void> {
  if (!stdin.isTTY) throw new CloudError('not-confirmed', `${what} Without a terminal, say --yes. Nothing was changed.`)
  stderr.write(`${what}\nType its name, ${name}, to go on: `)
  if ((await ask(stderr)).normalize('NFC').trim() !== name)
    throw new CloudError('not-confirmed', 'That is not its name. Nothing was changed.')
}

async function ask(output: NodeJS.WritableStream): Promise<string> {
  const lines = createInterface({ input: stdin, output, terminal: true })
  // Ctrl C and Ctrl D answer nothing: the command ends, with nothing done.
  lines.once('SIGINT', () => process.exit(130))
  let answered = false
  lines.once('close', () => (answered ? undefined : process.exit(1)))
  try {
    const answer = await lines.question('')
    answered = true
    return answer
  } finally {
    lines.close()
  }
}
