import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../format/use-format.ts'
import { useApi } from '../queries.ts'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { VirtualList } from '../ui/VirtualList.tsx'
import styles from './admin.module.css'

/** What is saved here and not in the cloud yet, what was set aside first: it is what somebody has to look at. */
export function WaitingList({ failed }: { failed: number }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data, error } = useApi('sync.waiting', { limit: 500 }, { keep: true })
  const [active, setActive] = useState(0)
  if (error) return <ErrorNote error={error} />
  const entries = (data?.entries ?? []).toSorted((a, b) => Number(!!b.parked) - Number(!!a.parked) || a.dseq - b.dseq)
  if (entries.length === 0) return null
  const title = failed > 0 ? t('admin.sync.listFailed') : t('admin.sync.listWaiting')
  return (
    <section className={styles.block}>
      <h2>{title}</h2>
      <div className={styles.scroll} style={{ height: Math.min(entries.length * 32, 320) }}>
        <VirtualList
          label={title}
          items={entries}
          keyOf={(it) => String(it.dseq)}
          active={active}
          onActive={setActive}
          onChoose={() => undefined}
          row={(it) => (
            <span className={styles.entry}>
              <span className={styles.quiet}>{format.dateTime(it.at)}</span>
              <span className={it.parked ? styles.trouble : styles.quiet}>
                {it.parked?.code ?? t('admin.sync.waiting')}
              </span>
              <span>{it.summary}</span>
            </span>
          )}
        />
      </div>
    </section>
  )
}
