import { ipcMain, type WebFrameMain } from 'electron'
import type { Reply } from './engine-process.ts'
import { isOurs } from './protocol.ts'

/**
 * The one place where the page's calls come in. It looks at who asks, hands the call on, and passes the answer back:
 * what a call means is decided by the engine, which parses it and checks the permission.
 */

export type Frame = Pick<WebFrameMain, 'url' | 'parent'>

/** Whether a call comes from our own page's main frame. A frame without an address, or `about:blank`, does not. */
export function isOurPage(frame: Frame | null, main: Frame): boolean {
  return frame !== null && frame === main && frame.parent === null && isOurs(frame.url)
}

const REFUSED: Reply = { ok: false, error: { code: 'not-permitted', message: 'This page may not ask that.' } }
const MALFORMED: Reply = { ok: false, error: { code: 'bad-input', message: 'That call is not one of Alcove’s.' } }

/** A name is a room and a word: `patient.search`. Whether there is such a thing is for the one who answers to say. */
const NAME = /^[a-z]{1,32}\.[a-zA-Z]{1,40}$/

export interface Answerers {
  shell: (name: string, input: unknown) => Promise<Reply>
  engine: (name: string, input: unknown) => Promise<Reply>
}

/** Takes the page's calls: `shell.…` is answered here in main, everything else by the engine's process. */
export function answerPage(mainFrame: () => Frame | undefined, answerers: Answerers): void {
  ipcMain.handle('alcove', (event, name: unknown, input: unknown): Promise<Reply> | Reply => {
    const main = mainFrame()
    if (!main || !isOurPage(event.senderFrame, main)) return REFUSED
    if (typeof name !== 'string' || !NAME.test(name)) return MALFORMED
    return name.startsWith('shell.') ? answerers.shell(name, input) : answerers.engine(name, input)
  })
}
