import { useCallback, useEffect, useState } from 'react'

/** Seconds until something may be tried again, counted down on the screen. */
export function useCountdown() {
  const [until, setUntil] = useState(0)
  const [now, setNow] = useState(() => Date.now())
  const left = Math.max(0, Math.ceil((until - now) / 1000))
  const running = left > 0

  useEffect(() => {
    if (!running) return
    const timer = setInterval(() => setNow(Date.now()), 250)
    return () => clearInterval(timer)
  }, [running])

  const start = useCallback((seconds: number) => {
    setNow(Date.now())
    setUntil(Date.now() + seconds * 1000)
  }, [])

  return { left, shown: `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`, start }
}
