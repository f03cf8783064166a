import { powerMonitor } from 'electron'

const EVERY = 5000

export interface IdleWatch {
  /** Seconds without a key or a mouse, as the system counts them. */
  idleSeconds?: () => number
  minutes: number
  /** Only a session can end: an app that shows its sign-in page is left in peace. */
  signedIn: () => boolean
  lock: (reason: 'idle' | 'lock') => void
}

/**
 * Ends the session when nobody is there: after the idle minutes, and at once on suspend or when the screen is locked.
 * Idle time is asked for rather than waited for, since Linux has no event for a locked screen.
 */
export function watchIdle(watch: IdleWatch): () => void {
  const seconds = watch.idleSeconds ?? (() => powerMonitor.getSystemIdleTime())
  const timer = setInterval(() => {
    if (watch.signedIn() && seconds() >= watch.minutes * 60) watch.lock('idle')
  }, EVERY)
  timer.unref()
  const away = () => {
    if (watch.signedIn()) watch.lock('lock')
  }
  powerMonitor.on('suspend', away)
  powerMonitor.on('lock-screen', away)
  return () => {
    clearInterval(timer)
    powerMonitor.removeListener('suspend', away)
    powerMonitor.removeListener('lock-screen', away)
  }
}
