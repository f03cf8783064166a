import { Button, Select } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Activity } from '../../engine/api-shapes.ts'
import { api } from '../api.ts'
import { useFormat } from '../format/use-format.ts'
import { usePages } from '../pages.ts'
import { useApi } from '../queries.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Loading } from '../ui/Loading.tsx'
import { VirtualList } from '../ui/VirtualList.tsx'
import styles from './admin.module.css'

const KINDS = ['change', 'access', 'session', 'admin'] as const
type Kind = (typeof KINDS)[number]
const PAGE = 200

/** The journal, readable: who did what, when, to whom. Choosing a line about a patient shows that patient's lines. */
export function ActivityPage() {
  const { t } = useTranslation()
  const format = useFormat()
  const users = useApi('user.list', {})
  const [author, setAuthor] = useState<string | null>(null)
  const [kind, setKind] = useState<Kind | null>(null)
  const [patient, setPatient] = useState<{ id: string; name: string }>()
  const [active, setActive] = useState(0)
  const filter = {
    ...(author ? { author } : {}),
    ...(kind ? { kind } : {}),
    ...(patient ? { patient: patient.id } : {}),
  }
  const { items, error, loading, more, reading, retry } = usePages<Activity>(
    'activity.list',
    filter,
    async (before) => {
      const { entries, next } = await api('activity.list', { ...filter, limit: PAGE, ...(before ? { before } : {}) })
      return { items: entries, next }
    },
  )
  return (
    <div className={styles.activity}>
      <div className={styles.filters}>
        <Select
          label={t('admin.activity.filterWho')}
          placeholder={t('admin.activity.everyone')}
          data={(users.data?.users ?? []).map((it) => ({ value: it.id, label: it.name }))}
          value={author}
          onChange={setAuthor}
          allowDeselect
        />
        <Select
          label={t('admin.activity.filterKind')}
          placeholder={t('admin.activity.everything')}
          data={KINDS.map((value) => ({ value, label: t(`admin.activity.kinds.${value}`) }))}
          value={kind}
          onChange={(value) => setKind(value as Kind | null)}
          allowDeselect
        />
        {(author || kind || patient) && (
          <Button
            variant="default"
            onClick={() => {
              setAuthor(null)
              setKind(null)
              setPatient(undefined)
            }}
          >
            {t('admin.activity.clear')}
          </Button>
        )}
        <span className={styles.quiet}>
          {patient
            ? t('admin.activity.only', { name: patient.name })
            : reading
              ? t('admin.activity.more')
              : t('admin.activity.intro')}
        </span>
      </div>
      <ErrorNote error={error ?? users.error} onRetry={retry} />
      <div className={styles.columns} aria-hidden="true">
        <span>{t('admin.activity.when')}</span>
        <span>{t('admin.activity.who')}</span>
        <span>{t('admin.activity.what')}</span>
        <span>{t('admin.activity.patient')}</span>
      </div>
      {loading && <Loading rows={12} />}
      {!loading && !error && items.length === 0 && <EmptyState title={t('admin.activity.empty')} />}
      {items.length > 0 && (
        <div className={styles.rows}>
          <VirtualList
            label={t('admin.activity.title')}
            items={items}
            keyOf={(it) => it.hash}
            active={active}
            onActive={setActive}
            onChoose={(it) => it.patient && setPatient({ id: it.patient, name: it.patientName ?? '' })}
            onEnd={more}
            row={(it) => (
              <span className={styles.entry} title={t('admin.activity.entry', { dseq: it.dseq, device: it.device })}>
                <span className={styles.quiet}>{format.dateTime(it.at)}</span>
                <span>{it.authorName}</span>
                <span>
                  {it.summary}
                  {it.reason && <span className={styles.quiet}> – {it.reason}</span>}
                </span>
                <span>{it.patientName}</span>
              </span>
            )}
          />
        </div>
      )}
    </div>
  )
}
