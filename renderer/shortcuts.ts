/** Every key of the program, in one place, so that a test can see two that collide and `?` can list them all. */

/**
 * Where a key works: `everywhere`, or in the places named. `typing` says that it works inside a field too; a bare letter
 * never may.
 */
export interface Shortcut {
  /** `Mod` is Ctrl, and Cmd on a Mac. As in `Mod+K`, `Alt+1`, `?`, `Escape`. */
  keys: string
  where: 'everywhere' | readonly Where[]
  typing: boolean
  /** Heading under which the list shows it. */
  group: 'go' | 'patient' | 'visit' | 'form'
}

/** Places, and the forms inside them that take keys of their own. */
export type Where = 'home' | 'patients' | 'register' | 'details' | 'chart' | 'visit' | 'admin'

export const SHORTCUTS = {
  find: { keys: 'Mod+K', where: 'everywhere', typing: true, group: 'go' },
  help: { keys: '?', where: 'everywhere', typing: false, group: 'go' },
  back: { keys: 'Escape', where: 'everywhere', typing: true, group: 'go' },
  today: { keys: 'Alt+1', where: 'everywhere', typing: true, group: 'go' },
  patients: { keys: 'Alt+2', where: 'everywhere', typing: true, group: 'go' },
  admin: { keys: 'Alt+3', where: 'everywhere', typing: true, group: 'go' },
  status: { keys: 'Alt+S', where: 'everywhere', typing: true, group: 'go' },
  lock: { keys: 'Mod+L', where: 'everywhere', typing: true, group: 'go' },
  finish: { keys: 'Mod+Enter', where: 'everywhere', typing: true, group: 'form' },
  nextPatient: { keys: 'Alt+N', where: ['home', 'visit', 'chart'], typing: true, group: 'patient' },
  register: { keys: 'Alt+R', where: ['home', 'patients'], typing: true, group: 'patient' },
  startVisit: { keys: 'Alt+V', where: ['chart'], typing: true, group: 'patient' },
  nextPart: { keys: ']', where: ['chart', 'admin'], typing: false, group: 'patient' },
  previousPart: { keys: '[', where: ['chart', 'admin'], typing: false, group: 'patient' },
  toChart: { keys: 'Alt+C', where: ['visit'], typing: true, group: 'visit' },
  repeatLast: { keys: 'Alt+L', where: ['visit'], typing: true, group: 'visit' },
  amend: { keys: 'Alt+A', where: ['visit'], typing: true, group: 'visit' },
  print: { keys: 'Mod+P', where: ['visit'], typing: true, group: 'visit' },
  undo: { keys: 'Alt+Z', where: 'everywhere', typing: true, group: 'go' },
} as const satisfies Record<string, Shortcut>

export type ShortcutId = keyof typeof SHORTCUTS
