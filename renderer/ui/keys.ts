/** Listens for the registered shortcuts and hands each to whoever asked last. */
import { useLayoutEffect, useRef } from 'react'
import { SHORTCUTS, type Shortcut, type ShortcutId } from '../shortcuts.ts'

type Handler = () => void
const handlers = new Map<ShortcutId, Handler[]>()

const isMac = /Mac/.test(globalThis.navigator?.platform ?? '')

/**
 * Runs `act` on the shortcut while the component is on the screen. The last to ask gets it. A layout effect, so that a key
 * does what the screen says from the moment at which the screen says it; any later, and it would be lost, or act on what
 * was there before.
 */
export function useShortcut(id: ShortcutId, act: Handler, enabled = true): void {
  const latest = useRef(act)
  useLayoutEffect(() => {
    latest.current = act
  })
  useLayoutEffect(() => {
    if (!enabled) return
    const handler = () => latest.current()
    handlers.set(id, [...(handlers.get(id) ?? []), handler])
    return () => {
      handlers.set(
        id,
        (handlers.get(id) ?? []).filter((other) => other !== handler),
      )
    }
  }, [id, enabled])
}

/** What lies on top of a screen while it is there: dialogs, menus, and the lists that fields open. */
const ON_TOP =
  '[role="dialog"], [role="menu"], [role="combobox"][aria-expanded="true"], [aria-haspopup="listbox"][aria-expanded="true"]'

/** Starts listening on the window; returns the way to stop. */
export function listenForKeys(): () => void {
  // Asked before anybody acts on the key: by the time that it comes to us, what it closed is gone.
  let closes = false
  const onCapture = ({ key }: KeyboardEvent) => {
    closes = key === 'Escape' && document.querySelector(ON_TOP) !== null
  }
  const onKey = (event: KeyboardEvent) => {
    // A menu, a list or a dialog that is open has had it already.
    if (event.defaultPrevented || event.isComposing || closes) return
    const pressed = keysOf(event)
    for (const [id, it] of Object.entries(SHORTCUTS) as [ShortcutId, Shortcut][]) {
      if (it.keys !== pressed || (!it.typing && isTyping(event.target))) continue
      const handler = handlers.get(id)?.at(-1)
      if (!handler) continue
      event.preventDefault()
      handler()
      return
    }
  }
  window.addEventListener('keydown', onCapture, true)
  window.addEventListener('keydown', onKey)
  return () => {
    window.removeEventListener('keydown', onCapture, true)
    window.removeEventListener('keydown', onKey)
  }
}

function keysOf(event: KeyboardEvent): string {
  // Alt changes the character on some layouts; the key's position does not change.
  const physical = event.altKey ? /^(?:Key|Digit)(.)$/.exec(event.code)?.[1] : undefined
  const key = physical ?? (event.key.length === 1 ? event.key.toUpperCase() : event.key)
  const mod = isMac ? event.metaKey : event.ctrlKey
  return [mod ? 'Mod' : '', event.altKey ? 'Alt' : '', key].filter(Boolean).join('+')
}

/** Whether keys go into text there. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

/** The keys as they are printed on this machine's keyboard: `Ctrl K`, `⌘ K`. */
export function printed(id: ShortcutId): string {
  return SHORTCUTS[id].keys
    .split('+')
    .map((key) => (key === 'Mod' ? (isMac ? '⌘' : 'Ctrl') : key === 'Escape' ? 'Esc' : key))
    .join(' ')
}
