import { useTranslation } from 'react-i18next'
import type { AccessStatus, SyncStatus } from '../../engine/api-shapes.ts'
import { useFormat } from '../format/use-format.ts'
import { Note } from '../ui/Note.tsx'
import styles from './admin.module.css'

/** Whether the list of visits is whole, and how fresh: said first, because without it the list is worth little. */
export function ChainNote({ status, sync }: { status: AccessStatus; sync: SyncStatus }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { readAt, rows, since, breaks, behind } = status
  if (!readAt) return <p>{sync.enabled ? t('admin.access.notRead') : t('admin.access.offNever')}</p>
  const at = format.dateTime(readAt)
  const restoredOnly = breaks.every(({ what }) => what === 'restored')
  const unreachable = sync.enabled && (sync.state === 'backing-off' || sync.state === 'error')
  return (
    <>
      {breaks.length === 0 && rows > 0 && (
        <Note>{t('admin.access.holds', { count: rows, since: since ? format.date(since) : '', at })}</Note>
      )}
      {breaks.length > 0 && (
        <div role="alert">
          <Note tone="caution">
            <strong>{t(restoredOnly ? 'admin.access.restoredTitle' : 'admin.access.brokenTitle')}</strong>
            <ul className={styles.breaks}>
              {breaks.slice(0, MOST_SHOWN).map(({ seq, what, foundAt }) => (
                <li key={`${what} ${seq}`}>
                  {t(`admin.access.broken.${what}`, { seq, at: format.dateTime(foundAt) })}
                </li>
              ))}
            </ul>
            <p>{t(restoredOnly ? 'admin.access.restoredDo' : 'admin.access.brokenDo')}</p>
          </Note>
        </div>
      )}
      {behind && (
        <div role="alert">
          <Note tone="caution">{t('admin.access.behind', { at })}</Note>
        </div>
      )}
      {unreachable && <p className={styles.quiet}>{t('admin.access.stale', { at })}</p>}
      {!sync.enabled && <p className={styles.quiet}>{t('admin.access.off', { at })}</p>}
    </>
  )
}

/** More of them say nothing more. */
const MOST_SHOWN = 20
