import { Button } from '@mantine/core'
import { IconUserPlus, IconUsers } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { go } from '../place.ts'
import { useApi } from '../queries.ts'
import { useMay } from '../session/session.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Keys } from '../ui/Keys.tsx'
import { useShortcut } from '../ui/keys.ts'
import { Loading } from '../ui/Loading.tsx'
import { VirtualList } from '../ui/VirtualList.tsx'
import { useOpenPatient } from './open-patient.ts'
import { PatientLine } from './PatientLine.tsx'
import styles from './Patients.module.css'

const SHOWN = 100

/** Those seen lately, at full width. Finding anybody else is the box above. */
export function Patients() {
  const { t } = useTranslation()
  const [active, setActive] = useState(0)
  const mayRegister = useMay('patient:write')
  const openPatient = useOpenPatient()
  const recents = useApi('patient.search', { text: '', limit: SHOWN })
  const hits = recents.data?.results ?? []
  useShortcut('register', () => go({ name: 'register' }), mayRegister)
  return (
    <section className={styles.page} aria-labelledby="patients-title">
      <div className={styles.head}>
        <h1 id="patients-title">{t('patients.title')}</h1>
        <p className={styles.quiet}>{t('patients.recent')}</p>
        {mayRegister && (
          <Button
            className={styles.end ?? ''}
            variant="default"
            leftSection={<IconUserPlus size={16} aria-hidden="true" />}
            rightSection={<Keys of="register" />}
            onClick={() => go({ name: 'register' })}
          >
            {t('patients.register')}
          </Button>
        )}
      </div>
      <ErrorNote error={recents.error} onRetry={() => void recents.refetch()} />
      {recents.isPending && <Loading rows={8} />}
      {recents.data && hits.length === 0 && (
        <EmptyState icon={<IconUsers size={28} stroke={1.5} />} title={t('patients.none')}>
          {t('patients.noneText')}
        </EmptyState>
      )}
      {hits.length > 0 && (
        <div className={styles.list}>
          <VirtualList
            label={t('patients.recent')}
            autoFocus
            items={hits}
            keyOf={(hit) => hit.id}
            row={(hit) => <PatientLine hit={hit} />}
            active={Math.min(active, hits.length - 1)}
            onActive={setActive}
            onChoose={(hit) => openPatient(hit.id)}
          />
        </div>
      )}
    </section>
  )
}
