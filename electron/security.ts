import { type App, type Session, shell, type WebContents } from 'electron'
import { isOurs } from './protocol.ts'

/** The only addresses that are ever handed to the person's browser. Everything else is dropped. */
const LINKS = new Set(['github.com', 'www.hl7.org', 'icd.who.int'])

/** Whether a link may open in the person's own browser: parsed, https, default port, and on the list. */
export function mayOpen(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname, port, username, password } = new URL(url)
  return protocol === 'https:' && port === '' && username === '' && password === '' && LINKS.has(hostname)
}

/** Opens a link outside the app if the list has it. Answers whether it did. */
export function openLink(url: string): boolean {
  if (!mayOpen(url)) return false
  void shell.openExternal(url)
  return true
}

/**
 * Chromium's own reasons to talk: updates of its parts, name look-ups, field trials. All off, and no name resolves in
 * the browser processes, so that a forgotten one gets nowhere. The sync worker is a process of its own and not affected.
 */
export function quiet(app: Pick<App, 'commandLine'>): void {
  for (const name of ['disable-background-networking', 'disable-component-update', 'disable-sync', 'no-pings'])
    app.commandLine.appendSwitch(name)
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND')
  app.commandLine.appendSwitch('disable-features', 'WebRtcAllowInputVolumeAdjustment,SpareRendererForSitePerProcess')
  app.commandLine.appendSwitch('force-webrtc-ip-handling-policy', 'disable_non_proxied_udp')
}

/** Shuts the session's doors: no permission, no device, no download, no request except for the page's own files. */
export function closeSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.setSpellCheckerEnabled(false)
  session.on('will-download', (event) => event.preventDefault())
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !isOurs(details.url) }))
}

/** Holds a page where it is: no navigation, no new window, no embedded page. */
export function closeContents(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault())
  contents.on('will-frame-navigate', (event) => event.preventDefault())
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    openLink(url)
    return { action: 'deny' }
  })
}
