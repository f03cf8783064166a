import type { IpcMainInvokeEvent } from 'electron'
import { host } from './host.ts'
import { windowOf } from './window.ts'

type Listener = (event: IpcMainInvokeEvent, ...args: unknown[]) => unknown

const listeners = new Map<string, Listener>()

export const ipcMain = {
  handle(channel: string, listener: Listener): void {
    listeners.set(channel, listener)
  },
}

interface Invoked {
  window: number
  /** The frame that asked, as the browser tells it, never as the page does. */
  frame: { main: boolean; url: string }
  channel: string
  args: unknown[]
}

host.answer('invoke', ({ window, frame, channel, args }: Invoked) => {
  const contents = windowOf(window)?.webContents
  const listener = listeners.get(channel)
  if (!contents || !listener) throw new Error(`No handler registered for '${channel}'`)
  if (frame.main) contents.mainFrame.url = frame.url
  const senderFrame = frame.main ? contents.mainFrame : { url: frame.url, parent: contents.mainFrame }
  return listener({ senderFrame, sender: contents } as unknown as IpcMainInvokeEvent, ...args)
})
