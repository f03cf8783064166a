import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { SyncStatus } from '../../engine/api-shapes.ts'
import { useFormat } from '../format/use-format.ts'
import styles from './StatusBar.module.css'

interface Props {
  /** Undefined until the engine has said it. */
  sync: SyncStatus | undefined
  /** Opens the list of what waits and what failed; absent for those who may not see it. */
  onOpen?: (() => void) | undefined
  /** The middle of the line: what was just done. Here it covers nothing, and nothing moves when it comes. */
  middle?: ReactNode
  /** The end of the line: who is signed in, and Lock. */
  children?: ReactNode
}

/** Where the data is, always: saved here, how much waits for the cloud, when it last went. */
export function StatusBar({ sync, onOpen, middle, children }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const parts = sync ? says(sync) : [t('ui.status.saved')]
  const trouble = sync?.enabled && (sync.failed > 0 || sync.state === 'error')
  const text = (
    <>
      {trouble ? (
        <IconAlertTriangle size={14} aria-hidden="true" className={styles.trouble} />
      ) : (
        <IconCircleCheck size={14} aria-hidden="true" className={styles.good} />
      )}
      {parts.join(' · ')}
    </>
  )
  return (
    <footer className={styles.bar}>
      <div role="status" className={styles.status}>
        {onOpen ? (
          <button type="button" className={styles.open} onClick={onOpen} aria-haspopup="dialog">
            {text}
          </button>
        ) : (
          <span className={styles.text}>{text}</span>
        )}
      </div>
      <div className={styles.middle}>{middle}</div>
      <div className={styles.end}>{children}</div>
    </footer>
  )

  function says({ enabled, waiting, failed, lastSynced, state, error }: SyncStatus): string[] {
    if (!enabled) return [t('ui.status.saved'), t('ui.status.off')]
    return [
      t('ui.status.saved'),
      t('ui.status.waiting', { n: waiting }),
      ...(failed > 0 ? [t('ui.status.failed', { n: failed })] : []),
      ...(state === 'error' ? [t('ui.status.error')] : []),
      ...(state === 'backing-off'
        ? [t(error?.code === 'gateway-full' ? 'ui.status.full' : 'ui.status.backingOff')]
        : []),
      lastSynced ? t('ui.status.lastSynced', { at: format.when(lastSynced) }) : t('ui.status.neverSynced'),
    ]
  }
}
