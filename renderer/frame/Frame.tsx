import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { back, forward, go, usePlace } from '../place.ts'
import { useApi, useCommand } from '../queries.ts'
import { screenOf } from '../screens.tsx'
import { ChangePassword } from '../session/ChangePassword.tsx'
import { useMay, useSession } from '../session/session.ts'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { useShortcut } from '../ui/keys.ts'
import { ShortcutList } from '../ui/ShortcutList.tsx'
import { StatusBar } from '../ui/StatusBar.tsx'
import { UndoToast } from '../ui/UndoToast.tsx'
import { FindBox } from './FindBox.tsx'
import styles from './Frame.module.css'
import { Sidebar } from './Sidebar.tsx'
import { StatusList } from './StatusList.tsx'

/** What is always there: the way around, the one search box, the work, and where the data is. */
export function Frame() {
  const { t } = useTranslation()
  const place = usePlace()
  const { user } = useSession()
  const admin = useMay('sync:write')
  const sync = useApi('sync.status', {})
  const lock = useCommand('session.signOut')
  const [keysShown, showKeys] = useState(false)
  const [waitingShown, showWaiting] = useState(false)
  const [passwordShown, showPassword] = useState(false)
  const main = useRef<HTMLElement>(null)

  const lockNow = () => void lock.run({}).catch(() => undefined)
  useShortcut('help', () => showKeys(true))
  useShortcut('status', () => showWaiting(true))
  useShortcut('back', back)
  useShortcut('lock', lockNow)
  useShortcut('today', () => go({ name: 'home' }))
  useShortcut('patients', () => go({ name: 'patients' }))
  useShortcut('admin', () => go({ name: 'admin', section: 'users' }), admin)

  // A new screen begins where its work begins, unless it has put the focus somewhere itself.
  useEffect(() => {
    if (place && !main.current?.contains(document.activeElement)) main.current?.focus()
  }, [place])

  useEffect(() => {
    const onMouse = (event: MouseEvent) => {
      if (event.button === 3) back()
      if (event.button === 4) forward()
    }
    window.addEventListener('mouseup', onMouse)
    return () => window.removeEventListener('mouseup', onMouse)
  }, [])

  return (
    <div className={styles.frame}>
      <div className={styles.top}>
        <Sidebar onKeys={() => showKeys(true)} onPassword={() => showPassword(true)} />
        <div className={styles.right}>
          <div className={styles.head}>
            <FindBox />
          </div>
          <main ref={main} tabIndex={-1} className={styles.main}>
            <ErrorNote error={lock.error} />
            {screenOf(place)}
          </main>
        </div>
      </div>
      <StatusBar sync={sync.data} onOpen={() => showWaiting(true)} middle={<UndoToast />}>
        <span>{user.name}</span>
        <Button size="compact-xs" variant="default" onClick={lockNow} aria-keyshortcuts="Control+L">
          {t('frame.lock')}
        </Button>
      </StatusBar>
      <StatusList sync={sync.data} opened={waitingShown} onClose={() => showWaiting(false)} />
      <ChangePassword opened={passwordShown} onClose={() => showPassword(false)} />
      <ShortcutList opened={keysShown} onClose={() => showKeys(false)} />
    </div>
  )
}
