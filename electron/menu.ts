import { Menu } from 'electron'

/** A menu without the developer's entries. Only a Mac shows one; there, copy and paste live in it. */
export function menu(platform: NodeJS.Platform): Menu | null {
  if (platform !== 'darwin') return null
  return Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }])
}
