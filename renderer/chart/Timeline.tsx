import { Button } from '@mantine/core'
import { IconTimeline } from '@tabler/icons-react'
import { type ReactNode, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KindName } from '../../domain/kinds.ts'
import type { Chart, TimelineItem } from '../../engine/api-shapes.ts'
import { api } from '../api.ts'
import { useFormat } from '../format/use-format.ts'
import { usePages } from '../pages.ts'
import { go } from '../place.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Loading } from '../ui/Loading.tsx'
import { VirtualList } from '../ui/VirtualList.tsx'
import styles from './chart.module.css'
import { Details } from './Details.tsx'
import type { Say } from './record-lines.ts'
import { useSay } from './use-say.ts'

const FILTERS: readonly KindName[] = [
  'encounter',
  'composition',
  'condition',
  'medication_request',
  'diagnostic_report',
  'procedure',
  'immunization',
  'allergy_intolerance',
]
const PAGE = 200

/** Everything that happened, latest first. Choosing an entry shows all of it beside the list. */
export function Timeline({ chart }: { chart: Chart }) {
  const { t } = useTranslation()
  const patient = chart.patient.id
  const [kind, setKind] = useState<KindName>()
  const [active, setActive] = useState(0)
  const [chosen, setChosen] = useState<TimelineItem>()
  const { items, error, loading, more, reading, retry } = usePages<TimelineItem>(
    'chart.timeline',
    { patient },
    (before) => api('chart.timeline', { patient, limit: PAGE, ...(before ? { before } : {}) }),
  )
  const shown = useMemo(() => (kind ? items.filter((item) => item.kind === kind) : items), [items, kind])
  // A filter may leave less than a screen of what was read: read on until it is full, or there is no more.
  if (kind && shown.length < 40 && !reading) queueMicrotask(more)

  if (error) return <ErrorNote error={error} onRetry={retry} />
  if (loading) return <Loading rows={12} />
  if (items.length === 0) {
    return (
      <EmptyState title={t('chart.timeline.empty')} icon={<IconTimeline size={28} stroke={1.5} />}>
        {t('chart.timeline.emptyNext')}
      </EmptyState>
    )
  }
  return (
    <div className={styles.split}>
      <div className={styles.main}>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form's fields; these are filters */}
        <div role="group" className={styles.filters} aria-label={t('chart.timeline.filter')}>
          <Filter on={kind === undefined} onChoose={() => setKind(undefined)}>
            {t('chart.timeline.all')}
          </Filter>
          {FILTERS.filter((name) => chart.counts[name]).map((name) => (
            <Filter key={name} on={kind === name} onChoose={() => setKind(name)}>
              {t(`chart.timeline.kinds.${name}`)} {chart.counts[name]}
            </Filter>
          ))}
        </div>
        <div className={styles.rows}>
          <VirtualList
            label={t('chart.tabs.timeline')}
            items={shown}
            keyOf={(item) => `${item.kind}:${item.id}`}
            active={active}
            onActive={setActive}
            onChoose={setChosen}
            onEnd={more}
            row={(item) => <Row item={item} />}
          />
        </div>
      </div>
      <aside className={styles.aside}>
        {chosen ? (
          <>
            <Details key={chosen.id} kind={chosen.kind} id={chosen.id} />
            {visitOf(chosen) && (
              <div className={styles.act}>
                <Button
                  variant="default"
                  size="compact-sm"
                  onClick={() => go({ name: 'visit', patient, encounter: visitOf(chosen) ?? '' })}
                >
                  {t('chart.timeline.openVisit')}
                </Button>
              </div>
            )}
          </>
        ) : (
          <p className={`${styles.details} ${styles.quiet}`}>{t('chart.details.choose')}</p>
        )}
      </aside>
    </div>
  )
}

/** The visit that an entry is, or belongs to: from there its note is read, amended and printed. */
function visitOf(item: TimelineItem): string | undefined {
  return item.kind === 'encounter' ? item.id : item.encounter
}

/** The engine tells states by their codes, as they are on record; here they are said in words. */
export function inWords(detail: string, say: Pick<Say, 'code'>): string {
  return detail
    .split(' · ')
    .map((part) => say.code(part)?.toLocaleLowerCase() ?? part)
    .join(' · ')
}

function Row({ item }: { item: TimelineItem }) {
  const { t } = useTranslation()
  const say = useSay()
  const format = useFormat()
  return (
    <div className={styles.row} data-visit={item.kind === 'encounter'}>
      <span className={styles.at}>{item.at ? format.date(item.at) : t('chart.unknownDate')}</span>
      <span className={styles.kind}>{t(`chart.timeline.kinds.${item.kind}`)}</span>
      <span className={styles.what}>
        {item.title}
        {item.detail && <span className={styles.quiet}> {inWords(item.detail, say)}</span>}
      </span>
    </div>
  )
}

function Filter({ on, onChoose, children }: { on: boolean; onChoose: () => void; children: ReactNode }) {
  return (
    <button type="button" className={styles.filter} aria-pressed={on} onClick={onChoose}>
      {children}
    </button>
  )
}
