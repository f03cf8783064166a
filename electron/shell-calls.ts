import { type BrowserWindow, clipboard } from 'electron'
import { z } from 'zod'
import type { ShellApi, ShellName } from './bridge.ts'
import type { Reply } from './engine-process.ts'
import type { ChosenFiles } from './files.ts'
import type { Effective } from './policy.ts'
import { printPage, savePdf } from './print.ts'
import { openLink } from './security.ts'

const nothing = z.strictObject({})
const fileName = z.string().min(1).max(120)

const INPUTS = {
  'shell.chooseFile': z.strictObject({
    purpose: z.enum(['import', 'codes', 'export', 'access', 'backup']),
    name: fileName.optional(),
  }),
  'shell.print': nothing,
  'shell.savePdf': z.strictObject({ name: fileName }),
  'shell.copy': z.strictObject({ text: z.string().max(10_000) }),
  'shell.openLink': z.strictObject({ url: z.string().max(2000) }),
  'shell.policy': nothing,
  'shell.lock': nothing,
  'shell.sample': nothing,
} satisfies { [N in ShellName]: z.ZodType<ShellApi[N]['input']> }

type Answers = {
  [N in ShellName]: (input: ShellApi[N]['input']) => Promise<ShellApi[N]['value']> | ShellApi[N]['value']
}

export interface Shell {
  window: BrowserWindow
  files: ChosenFiles
  policy: Effective
  lock: () => void
  sample: { login: string; password: string } | undefined
}

/** The few things that only main can do for the page: dialogs, paper, the clipboard. Each is parsed before it is done. */
export function shellCalls({
  window,
  files,
  policy,
  lock,
  sample,
}: Shell): (name: string, input: unknown) => Promise<Reply> {
  const answers: Answers = {
    'shell.chooseFile': async ({ purpose, name }) => {
      const file = await (purpose === 'export' || purpose === 'access'
        ? files.chooseSave(window, purpose, name ?? (purpose === 'access' ? 'cloud-access.csv' : 'alcove-export.json'))
        : purpose === 'backup'
          ? files.chooseFolder(window)
          : files.choose(window, purpose))
      return file ? { path: file.token, name: file.name } : {}
    },
    'shell.print': async () => ({ printed: await printPage(window.webContents) }),
    'shell.savePdf': async ({ name }) => {
      const file = await files.chooseSave(window, 'pdf', name)
      const path = file && files.take(file.token, 'save')
      if (!path) return { saved: false }
      await savePdf(window.webContents, path)
      return { saved: true, name: file.name }
    },
    'shell.copy': async ({ text }) => {
      await clipboard.writeText(text)
      return {}
    },
    'shell.openLink': ({ url }) => ({ opened: openLink(url) }),
    'shell.policy': () => policy,
    'shell.lock': () => {
      lock()
      return {}
    },
    'shell.sample': () => ({ ...(sample && { sample }) }),
  }
  return async (name, input) => {
    if (!Object.hasOwn(answers, name)) return refused('bad-input', 'Alcove has no such call.')
    const call = name as ShellName
    const parsed = INPUTS[call].safeParse(input)
    if (!parsed.success) return refused('bad-input', 'That call was not as it should be.')
    try {
      return { ok: true, value: await (answers[call] as (input: unknown) => unknown)(parsed.data) }
    } catch {
      return refused('internal', 'That could not be done. Nothing was changed.')
    }
  }
}

function refused(code: string, message: string): Reply {
  return { ok: false, error: { code, message } }
}
