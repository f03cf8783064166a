import { Button, Checkbox, Select } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ACTS } from '../../domain/access-log.ts'
import type { AccessStatus, CloudVisit, SyncStatus } from '../../engine/api-shapes.ts'
import { api } from '../api.ts'
import { useFormat } from '../format/use-format.ts'
import { usePages } from '../pages.ts'
import { useApi } from '../queries.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Loading } from '../ui/Loading.tsx'
import { VirtualList } from '../ui/VirtualList.tsx'
import styles from './admin.module.css'
import { ChainNote } from './ChainNote.tsx'
import { ExportVisits } from './ExportVisits.tsx'
import { useVisitWords } from './use-visit-words.ts'

const PAGE = 200
/** What most people look for first. */
const ROWS_SEEN = 10

/** Who came to this clinic's records in the cloud, and whether the list can be believed. */
export function CloudVisits({ sync }: { sync: SyncStatus }) {
  const { t } = useTranslation()
  const { data: status, error } = useApi('access.status', {})
  return (
    <section className={styles.block} aria-label={t('admin.access.title')}>
      <h2>{t('admin.access.title')}</h2>
      <p className={`${styles.quiet} ${styles.intro}`}>{t('admin.access.what')}</p>
      <ErrorNote error={error} />
      {status && <ChainNote status={status} sync={sync} />}
      {status && status.rows > 0 && (
        <>
          <Visits status={status} />
          <ExportVisits />
        </>
      )}
      {status?.readAt && status.rows === 0 && <EmptyState title={t('admin.access.empty')} />}
    </section>
  )
}

function Visits({ status }: { status: AccessStatus }) {
  const { t } = useTranslation()
  const words = useVisitWords()
  const [who, setWho] = useState<string | null>(null)
  const [act, setAct] = useState<string | null>(null)
  const [refused, setRefused] = useState(false)
  const [active, setActive] = useState(0)
  const filter = { ...(who && { who }), ...(act && { act }), ...(refused && { refused }) }
  const { items, error, loading, more, retry } = usePages<CloudVisit>('access.list', filter, async (before) => {
    const { rows, next } = await api('access.list', { ...filter, limit: PAGE, ...(before && { before }) })
    return { items: rows, next }
  })
  return (
    <>
      <div className={styles.visitFilters}>
        <Select
          label={t('admin.access.who')}
          placeholder={t('admin.access.everybody')}
          data={[
            ...status.devices.map(({ device, here }) => ({ value: device, label: words.station(device, here) })),
            { value: 'operator', label: t('admin.access.operator') },
          ]}
          value={who}
          onChange={setWho}
          allowDeselect
        />
        <Select
          label={t('admin.access.did')}
          placeholder={t('admin.access.everything')}
          data={ACTS.map((value) => ({ value, label: words.act(value) }))}
          value={act}
          onChange={setAct}
          allowDeselect
        />
        <Checkbox
          label={t('admin.access.onlyRefused')}
          checked={refused}
          onChange={(event) => setRefused(event.currentTarget.checked)}
        />
        {(who || act || refused) && (
          <Button
            variant="default"
            onClick={() => {
              setWho(null)
              setAct(null)
              setRefused(false)
            }}
          >
            {t('admin.access.clear')}
          </Button>
        )}
      </div>
      <ErrorNote error={error} onRetry={retry} />
      <div className={styles.visits}>
        <div className={styles.visitColumns} aria-hidden="true">
          {(['when', 'who', 'did', 'amount', 'from', 'outcome'] as const).map((name) => (
            <span key={name}>{t(`admin.access.${name}`)}</span>
          ))}
        </div>
        {loading && <Loading rows={ROWS_SEEN} />}
        {!loading && !error && items.length === 0 && <EmptyState title={t('admin.access.noneFits')} />}
        {items.length > 0 && (
          <div style={{ height: Math.min(items.length, ROWS_SEEN) * 32 }}>
            <VirtualList
              label={t('admin.access.title')}
              items={items}
              keyOf={({ id, seq }) => `${seq} ${id}`}
              active={active}
              onActive={setActive}
              onChoose={({ by, device }) => setWho(by === 'operator' ? by : device)}
              onEnd={more}
              row={(visit) => <Visit visit={visit} here={isHere(status, visit)} />}
            />
          </div>
        )}
      </div>
    </>
  )
}

function Visit({ visit, here }: { visit: CloudVisit; here: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  const words = useVisitWords()
  const { seq, at, by, device, act, rows, address, outcome } = visit
  const title = device ? t('admin.access.line', { seq, device }) : t('admin.access.lineOnly', { seq })
  return (
    <span className={styles.visit} title={title}>
      <span className={styles.quiet}>{format.dateTime(at)}</span>
      <span>{by === 'operator' ? t('admin.access.operator') : words.station(device, here)}</span>
      <span>
        {by === 'operator' && device
          ? t('admin.access.about', { act: words.act(act), id: device.slice(0, 4) })
          : words.act(act)}
      </span>
      <span className={styles.quiet}>{words.amount(act, rows)}</span>
      <span className={styles.quiet}>{address === 'console' ? t('admin.access.console') : address}</span>
      <span className={outcome === 'ok' ? styles.quiet : styles.trouble}>{words.outcome(outcome)}</span>
    </span>
  )
}

function isHere({ devices }: AccessStatus, { device, by }: CloudVisit): boolean {
  return by === 'here' || devices.some((one) => one.here && one.device === device)
}
