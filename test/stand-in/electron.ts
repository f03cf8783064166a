import type { EventEmitter } from 'node:events'
import type Electron from 'electron'
import { app } from './shim/app.ts'
import { ipcMain } from './shim/ipc-main.ts'
import { MessageChannelMain } from './shim/message-channel.ts'
import { protocol, session } from './shim/session.ts'
import { clipboard, dialog, Menu, powerMonitor, shell } from './shim/system.ts'
import { utilityProcess } from './shim/utility-process.ts'
import { BrowserWindow } from './shim/window.ts'

/**
 * The part of Electron that our main uses, and no more, over Node and a Chromium that another process drives. Held to
 * Electron's own types, so that it cannot drift from them unseen.
 */
const standIn = {
  app,
  BrowserWindow,
  clipboard,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  powerMonitor,
  protocol,
  session,
  shell,
  utilityProcess,
} satisfies Shim

type Main = typeof Electron

interface Shim {
  app: Pick<
    Main['app'],
    | 'commandLine'
    | 'enableSandbox'
    | 'getPath'
    | 'getVersion'
    | 'isPackaged'
    | 'quit'
    | 'requestSingleInstanceLock'
    | 'setPath'
    | 'whenReady'
  > &
    Emits
  BrowserWindow: new (
    options: Electron.BrowserWindowConstructorOptions,
  ) => Pick<
    Electron.BrowserWindow,
    'close' | 'focus' | 'isDestroyed' | 'isMinimized' | 'loadURL' | 'restore' | 'setContentProtection' | 'show'
  > &
    Emits & {
      webContents: Pick<
        Electron.WebContents,
        'getURL' | 'isDestroyed' | 'print' | 'printToPDF' | 'send' | 'setWindowOpenHandler'
      > &
        Emits & { mainFrame: Pick<Electron.WebFrameMain, 'url'> }
    }
  clipboard: Pick<Main['clipboard'], 'writeText'>
  dialog: Pick<Main['dialog'], 'showOpenDialog' | 'showSaveDialog'>
  ipcMain: {
    handle: (channel: string, listener: (event: Electron.IpcMainInvokeEvent, ...args: unknown[]) => unknown) => void
  }
  Menu: Pick<typeof Electron.Menu, 'setApplicationMenu'>
  MessageChannelMain: new () => { port1: PortLike; port2: PortLike }
  powerMonitor: Pick<Main['powerMonitor'], 'getSystemIdleTime'> & Emits
  protocol: Pick<Main['protocol'], 'registerSchemesAsPrivileged'>
  session: { fromPartition: (name: string) => SessionLike }
  shell: Pick<Main['shell'], 'openExternal'>
  utilityProcess: {
    fork: (
      path: string,
      args?: string[],
      options?: Electron.ForkOptions,
    ) => Pick<Electron.UtilityProcess, 'kill' | 'pid'> & Emits
  }
}

type Emits = Pick<EventEmitter, 'on' | 'once'>
type PortLike = Pick<Electron.MessagePortMain, 'close' | 'postMessage' | 'start'> & Emits
type SessionLike = Pick<
  Electron.Session,
  'setDevicePermissionHandler' | 'setPermissionCheckHandler' | 'setPermissionRequestHandler' | 'setSpellCheckerEnabled'
> &
  Emits & {
    protocol: Pick<Electron.Protocol, 'handle' | 'isProtocolHandled'>
    webRequest: {
      onBeforeRequest: (
        listener: (details: never, answer: (response: Electron.CallbackResponse) => void) => void,
      ) => void
    }
  }

/** As CommonJS code finds it. */
export {
  app,
  BrowserWindow,
  clipboard,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  powerMonitor,
  protocol,
  session,
  shell,
  standIn as electron,
  utilityProcess,
}
