/** For what a key does: a press that is repeated before the first one has been answered must not do it a second time. */
import { useRef } from 'react'

/**
 * `act`, but not again while what it began is under way. It is kept beside the screen and not drawn from it: two presses
 * can come before the screen is drawn once, and a prescription would stand there twice.
 */
export function useOnce(act: () => unknown): () => void {
  const running = useRef(false)
  return () => {
    if (running.current) return
    const begun = act()
    if (!(begun instanceof Promise)) return
    running.current = true
    const ended = () => {
      running.current = false
    }
    begun.then(ended, ended)
  }
}
