import type { ShortcutId } from '../shortcuts.ts'
import { printed } from './keys.ts'

/** A shortcut as a small hint beside what it does. Screen readers hear it from `aria-keyshortcuts`, not from here. */
export function Keys({ of }: { of: ShortcutId }) {
  return (
    <span aria-hidden="true">
      <kbd>{printed(of)}</kbd>
    </span>
  )
}
