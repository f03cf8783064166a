import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PatientHit } from '../../engine/api-shapes.ts'
import { useFormat } from '../format/use-format.ts'
import { useApi } from '../queries.ts'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Loading } from '../ui/Loading.tsx'
import { VirtualList } from '../ui/VirtualList.tsx'
import styles from './Home.module.css'

/** Those seen lately, narrow enough to stand beside the queue. */
export function Recents({ onOpen }: { onOpen: (patient: string) => void }) {
  const { t } = useTranslation()
  const [active, setActive] = useState(0)
  const recents = useApi('patient.search', { text: '', limit: 50 })
  const hits = recents.data?.results ?? []
  return (
    <section className={styles.recents} aria-labelledby="recents-title">
      <h2 id="recents-title" className={styles.recentsHead}>
        {t('home.recent')}
      </h2>
      <ErrorNote error={recents.error} onRetry={() => void recents.refetch()} />
      {recents.isPending && <Loading rows={4} />}
      {recents.data && hits.length === 0 && <p className={styles.quiet}>{t('home.noRecent')}</p>}
      {hits.length > 0 && (
        <div className={styles.recentsList}>
          <VirtualList
            label={t('home.recent')}
            items={hits}
            keyOf={(hit) => hit.id}
            row={(hit) => <RecentLine hit={hit} />}
            active={Math.min(active, hits.length - 1)}
            onActive={setActive}
            onChoose={(hit) => onOpen(hit.id)}
          />
        </div>
      )}
    </section>
  )
}

function RecentLine({ hit }: { hit: PatientHit }) {
  const { t } = useTranslation()
  const format = useFormat()
  const age = hit.birthDate ? format.age(hit.birthDate) : undefined
  return (
    <span className={styles.recent}>
      <span className={styles.recentName}>{hit.name}</span>
      <span className={styles.quiet}>{[age, t(`ui.sex.${hit.sex}`)].filter(Boolean).join(' · ')}</span>
    </span>
  )
}
