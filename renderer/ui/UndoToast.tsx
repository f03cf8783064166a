import { ActionIcon, Button } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Keys } from './Keys.tsx'
import { useShortcut } from './keys.ts'
import styles from './UndoToast.module.css'
import { dismissUndo, useUndo } from './undo.ts'
import { useSentence } from './use-sentence.ts'

const SHOWN_FOR_MS = 10_000

/** The part of the status line that says what was done and takes it back. Stays while it is pointed at or focused. */
export function UndoToast() {
  const { t } = useTranslation()
  const current = useUndo()
  const [held, setHeld] = useState(false)
  const [error, setError] = useState<unknown>()
  const sentence = useSentence()
  const said = (text: string) => (error === undefined ? text : sentence(error))

  useEffect(() => {
    setError(undefined)
    if (!current || held) return
    const timer = setTimeout(dismissUndo, SHOWN_FOR_MS)
    return () => clearTimeout(timer)
  }, [current, held])

  const takeBack = () => {
    current?.undo?.().then(dismissUndo, setError)
  }
  useShortcut('undo', takeBack, current?.undo !== undefined)

  return (
    <div aria-live="polite" className={styles.region}>
      {current && (
        // biome-ignore lint/a11y/noStaticElementInteractions: pointing at it only keeps it from leaving
        <div
          className={styles.toast}
          onMouseEnter={() => setHeld(true)}
          onMouseLeave={() => setHeld(false)}
          onFocus={() => setHeld(true)}
          onBlur={() => setHeld(false)}
        >
          <span className={styles.text} data-failed={error !== undefined} title={said(current.text)}>
            {said(current.text)}
          </span>
          {current.undo && (
            <Button
              size="compact-xs"
              variant="subtle"
              onClick={takeBack}
              aria-keyshortcuts="Alt+Z"
              rightSection={<Keys of="undo" />}
            >
              {t('ui.undo')}
            </Button>
          )}
          <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t('ui.close')} onClick={dismissUndo}>
            <IconX size={14} />
          </ActionIcon>
        </div>
      )}
    </div>
  )
}
