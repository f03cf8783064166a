import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SyncStatus } from '../../engine/api-shapes.ts'
import { Refused } from '../api.ts'
import { useFormat } from '../format/use-format.ts'
import { useApi, useCommand } from '../queries.ts'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Loading } from '../ui/Loading.tsx'
import { Note } from '../ui/Note.tsx'
import { offerUndo } from '../ui/undo.ts'
import styles from './admin.module.css'
import { CloudVisits } from './CloudVisits.tsx'
import { Enroll } from './Enroll.tsx'
import { WaitingList } from './WaitingList.tsx'

/** The cloud switch: what it means, whether it is on, and what is on its way. */
export function SyncPage() {
  const { t } = useTranslation()
  const { data: status, error } = useApi('sync.status', {})
  if (error) return <ErrorNote error={error} />
  if (!status) return <Loading rows={5} />
  return (
    <div className={`${styles.page} ${styles.wider}`}>
      {status.enabled ? <On status={status} /> : <Off status={status} />}
      {status.enabled && (status.waiting > 0 || status.failed > 0) && <WaitingList failed={status.failed} />}
      {!status.enabled && <p className={styles.quiet}>{t('admin.sync.later')}</p>}
      {status.remote && <CloudVisits sync={status} />}
    </div>
  )
}

function Off({ status }: { status: SyncStatus }) {
  const { t } = useTranslation()
  const on = useCommand('sync.on')
  const [another, setAnother] = useState(false)
  return (
    <>
      <section className={styles.block}>
        <h2>{t('admin.sync.off')}</h2>
        <p>{t('admin.sync.offWhat')}</p>
      </section>
      {status.remote && (
        <section className={styles.block}>
          <p>{t('admin.sync.enrolledOff', { remote: status.remote })}</p>
          <div className={styles.acts}>
            <Button onClick={() => void on.run({}).catch(() => undefined)} loading={on.busy}>
              {t('admin.sync.switchOn')}
            </Button>
            {!another && (
              <Button variant="default" onClick={() => setAnother(true)}>
                {t('admin.sync.another')}
              </Button>
            )}
          </div>
          <ErrorNote error={on.error} />
        </section>
      )}
      {(!status.remote || another) && <Enroll />}
    </>
  )
}

function On({ status }: { status: SyncStatus }) {
  const { t } = useTranslation()
  const format = useFormat()
  const off = useCommand('sync.off')
  const now = useCommand('sync.now')
  const switchOff = () => {
    off.run({}).then(
      () => offerUndo({ text: t('admin.sync.switchedOff') }),
      () => undefined,
    )
  }
  return (
    <section className={styles.block}>
      <h2>{t('admin.sync.on')}</h2>
      {status.error && <ErrorNote error={new Refused(status.error)} />}
      <dl className={styles.facts}>
        <dt>{t('admin.sync.state')}</dt>
        <dd>
          {status.state === 'idle' && status.waiting > 0
            ? t('admin.sync.pending')
            : t(`admin.sync.states.${status.state}`)}
        </dd>
        <dt>{t('admin.sync.remote')}</dt>
        <dd className="selectable">{status.remote}</dd>
        <dt>{t('admin.sync.waiting')}</dt>
        <dd>
          {status.waiting === 0 ? t('admin.sync.waitingNone') : t('admin.sync.waitingSome', { count: status.waiting })}
        </dd>
        <dt>{t('admin.sync.failed')}</dt>
        <dd className={status.failed > 0 ? styles.trouble : undefined}>
          {status.failed === 0 ? t('admin.sync.failedNone') : t('admin.sync.failedSome', { count: status.failed })}
        </dd>
        <dt>{t('admin.sync.lastSynced')}</dt>
        <dd>{status.lastSynced ? format.dateTime(status.lastSynced) : t('admin.sync.never')}</dd>
      </dl>
      <div className={styles.acts}>
        <Button variant="default" onClick={() => void now.run({}).catch(() => undefined)} loading={now.busy}>
          {t('admin.sync.now')}
        </Button>
        <Button variant="default" onClick={switchOff} loading={off.busy}>
          {t('admin.sync.switchOff')}
        </Button>
      </div>
      <ErrorNote error={off.error ?? now.error} />
      <Note>{t('admin.sync.later')}</Note>
    </section>
  )
}
