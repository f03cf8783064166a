import { Button } from '@mantine/core'
import { IconCalendarEvent, IconUserPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiValue } from '../../engine/api.ts'
import { useOpenPatient } from '../patients/open-patient.ts'
import { go } from '../place.ts'
import { useApi } from '../queries.ts'
import { useMay } from '../session/session.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Keys } from '../ui/Keys.tsx'
import { useShortcut } from '../ui/keys.ts'
import { Loading } from '../ui/Loading.tsx'
import { VirtualList } from '../ui/VirtualList.tsx'
import styles from './Home.module.css'
import { QueueHead, QueueLine } from './QueueLine.tsx'
import { countsOf, nextOf, queueOrder } from './queue.ts'
import { Recents } from './Recents.tsx'

type Visiting = ApiValue<'patient.today'>['visits'][number]

/** Today: who waits, who is inside, who is done; and those seen lately. */
export function Home() {
  const { t } = useTranslation()
  const today = useApi('patient.today', {})
  const mayRegister = useMay('patient:write')
  const treats = useMay('chart:read')
  const openPatient = useOpenPatient()
  const [active, setActive] = useState(0)
  const visits = queueOrder(today.data?.visits ?? [])
  const next = nextOf(visits)

  const open = ({ encounter, patient }: Visiting) => {
    if (treats) go({ name: 'visit', patient: patient.id, encounter: encounter.id })
    else openPatient(patient.id)
  }
  useShortcut('nextPatient', () => next && open(next))
  useShortcut('register', () => go({ name: 'register' }), mayRegister)

  return (
    <div className={styles.home}>
      <section className={styles.queue} aria-labelledby="queue-title">
        <div className={styles.head}>
          <h1 id="queue-title">{t('home.title')}</h1>
          <p className={styles.counts} role="status">
            {today.data && visits.length > 0 && t('home.count', countsOf(visits))}
          </p>
          <div className={styles.actions}>
            {mayRegister && (
              <Button
                variant="default"
                leftSection={<IconUserPlus size={16} aria-hidden="true" />}
                onClick={() => go({ name: 'register' })}
              >
                {t('home.register')}
              </Button>
            )}
            {next && (
              <Button onClick={() => open(next)} rightSection={<Keys of="nextPatient" />}>
                {t('home.next')}
              </Button>
            )}
          </div>
        </div>
        <ErrorNote error={today.error} onRetry={() => void today.refetch()} />
        {today.isPending && <Loading rows={6} />}
        {today.data && visits.length === 0 && (
          <EmptyState icon={<IconCalendarEvent size={28} stroke={1.5} />} title={t('home.empty')}>
            {t('home.emptyText')}
          </EmptyState>
        )}
        {visits.length > 0 && (
          <>
            <QueueHead />
            <div className={styles.list}>
              <VirtualList
                label={t('home.queue')}
                autoFocus
                items={visits}
                keyOf={({ encounter }) => encounter.id}
                row={(visit) => <QueueLine visit={visit} />}
                active={Math.min(active, visits.length - 1)}
                onActive={setActive}
                onChoose={open}
              />
            </div>
          </>
        )}
      </section>
      <Recents onOpen={openPatient} />
    </div>
  )
}
