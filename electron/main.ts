import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { app, Menu, powerMonitor, protocol } from 'electron'
import { dataDir } from './data-dir.ts'
import { menu } from './menu.ts'
import { effectivePolicy } from './policy.ts'
import { policySources } from './policy-sources.ts'
import { PRIVILEGES, SCHEME } from './protocol.ts'
import { sampleFrom } from './sample-sign-in.ts'
import { closeContents, quiet } from './security.ts'
import { Session } from './session.ts'

/**
 * The desktop shell: one window, one engine process, and a door between them. No rule of the clinic is known here.
 */
app.enableSandbox()
quiet(app)
protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: PRIVILEGES }])

const around = { argv: process.argv.slice(1), env: process.env, platform: process.platform, packaged: app.isPackaged }
// Named here, since Electron would call it one thing from a checkout and another when installed.
const home = join(app.getPath('appData'), 'Alcove')
const dir = dataDir({ ...around, home })

// Chromium keeps its own small state per clinic, and Electron's single-instance lock lies in the same place: a second
// start on the same records comes to the first one's window, a start on other records is its own.
const state = join(home, 'shell', createHash('sha256').update(dir).digest('hex').slice(0, 16))
mkdirSync(state, { recursive: true, mode: 0o700 })
app.setPath('userData', state)

if (app.requestSingleInstanceLock()) {
  void app.whenReady().then(open)
} else {
  app.quit()
}

app.on('web-contents-created', (_event, contents) => closeContents(contents))
app.on('certificate-error', (event, _contents, _url, _error, _certificate, answer) => {
  event.preventDefault()
  answer(false)
})
app.on('window-all-closed', () => app.quit())

async function open(): Promise<void> {
  Menu.setApplicationMenu(menu(process.platform))
  const policy = await effectivePolicy(policySources(around))
  const session = new Session({ dir, policy, sample: sampleFrom(around) })

  app.on('second-instance', () => session.show())
  powerMonitor.on('shutdown', () => void session.close())

  let closed = false
  app.on('before-quit', (event) => {
    if (closed) return
    // The database is closed in good order before the app goes.
    event.preventDefault()
    void session.close().finally(() => {
      closed = true
      app.quit()
    })
  })
  await session.open()
}
