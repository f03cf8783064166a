import { stderr, stdin } from 'node:process'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

/** Whoever sits at the keyboard, if anybody does. Questions go to stderr, so that stdout holds only the answer. */
export interface Terminal {
  readonly interactive: boolean
  say(text: string): void
  ask(question: string): Promise<string>
  /** Without showing what is typed. */
  askHidden(question: string): Promise<string>
}

export const terminal: Terminal = {
  interactive: Boolean(stdin.isTTY),
  say: (text) => void stderr.write(`${text}\n`),
  ask: (question) => askOn(stderr, question),
  askHidden: async (question) => {
    stderr.write(question)
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
    const answer = await askOn(nowhere, '')
    stderr.write('\n')
    return answer
  },
}

async function askOn(output: NodeJS.WritableStream, question: string): Promise<string> {
  const lines = createInterface({ input: stdin, output, terminal: true })
  // Ctrl C and Ctrl D answer nothing: the command ends, with nothing done.
  lines.once('SIGINT', () => process.exit(130))
  lines.once('close', () => (answered ? undefined : process.exit(1)))
  let answered = false
  try {
    const answer = await lines.question(question)
    answered = true
    return answer
  } finally {
    lines.close()
  }
}
