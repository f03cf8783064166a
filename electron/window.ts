import { BrowserWindow, session } from 'electron'
import { icon, PRELOAD, RENDERER } from './paths.ts'
import { PAGE, SCHEME, serveFiles } from './protocol.ts'
import { closeSession } from './security.ts'

/** The app's only window: sandboxed, isolated, served from our own folder, keeping nothing of its session on disk. */
export function openWindow(options: { contentProtection: boolean }): BrowserWindow {
  // No `persist:`: cache, cookies and storage live in memory and end with the app.
  const pages = session.fromPartition('alcove')
  if (!pages.protocol.isProtocolHandled(SCHEME)) {
    closeSession(pages)
    pages.protocol.handle(SCHEME, serveFiles(RENDERER))
  }
  const image = icon()
  const window = new BrowserWindow({
    title: 'Alcove',
    width: 1280,
    height: 860,
    minWidth: 900,
    minHeight: 600,
    show: false,
    autoHideMenuBar: true,
    ...(image && { icon: image }),
    webPreferences: {
      session: pages,
      preload: PRELOAD,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      spellcheck: false,
      devTools: false,
    },
  })
  window.setContentProtection(options.contentProtection)
  window.once('ready-to-show', () => window.show())
  return window
}

/** Loads the page anew, and with that forgets everything that the old one held. `ended` tells it why, if it was locked. */
export async function loadPage(window: BrowserWindow, ended?: string): Promise<void> {
  if (window.isDestroyed()) return
  await window.loadURL(ended ? `${PAGE}?ended=${ended}` : PAGE)
}
