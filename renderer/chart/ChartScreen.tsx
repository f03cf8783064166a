import { Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Chart } from '../../engine/api-shapes.ts'
import { go } from '../place.ts'
import { useApi, useCommand } from '../queries.ts'
import { useMay } from '../session/session.ts'
import { Banner } from '../ui/Banner.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { useShortcut } from '../ui/keys.ts'
import { Loading } from '../ui/Loading.tsx'
import { Allergies } from './Allergies.tsx'
import { Conflicts } from './Conflicts.tsx'
import styles from './chart.module.css'
import { Immunizations } from './Immunizations.tsx'
import { Medications } from './Medications.tsx'
import { Problems } from './Problems.tsx'
import { Results } from './Results.tsx'
import { Timeline } from './Timeline.tsx'
import { Vitals } from './Vitals.tsx'

const TABS = {
  timeline: Timeline,
  problems: Problems,
  medications: Medications,
  vitals: Vitals,
  results: Results,
  immunizations: Immunizations,
  allergies: Allergies,
  conflicts: Conflicts,
} as const
type Tab = keyof typeof TABS

/** One patient's chart: who it is, always in sight, and what is known, by part. */
export function ChartScreen({ patient }: { patient: string }) {
  // Without the right to read the chart its pages are not even asked for: the question itself would be on record.
  return useMay('chart:read') ? <WholeChart patient={patient} /> : <WhoOnly patient={patient} />
}

function WholeChart({ patient }: { patient: string }) {
  const { data: chart, error, refetch } = useApi('chart.get', { patient })
  const [tab, setTab] = useState<Tab>('timeline')
  const panel = useRef<HTMLDivElement>(null)
  const open = openConflicts(chart)
  // The last conflict decided: its tab is gone, and the eye goes back to the timeline.
  const shown = tab === 'conflicts' && chart && open === 0 ? 'timeline' : tab
  const tabs = (Object.keys(TABS) as Tab[]).filter((name) => name !== 'conflicts' || open > 0)
  const step = (by: number) => setTab(tabs[(tabs.indexOf(shown) + by + tabs.length) % tabs.length] ?? 'timeline')
  useShortcut('nextPart', () => step(1))
  useShortcut('previousPart', () => step(-1))

  if (error) return <ErrorNote error={error} onRetry={() => void refetch()} />
  if (!chart) return <Loading rows={8} />
  const Part = TABS[shown]
  return (
    <div className={styles.screen}>
      <Banner patient={chart.patient} allergies={chart.allergies}>
        <VisitButton chart={chart} />
      </Banner>
      <ConflictStrip chart={chart} onDecide={() => setTab('conflicts')} />
      <Tabs tabs={tabs} shown={shown} chart={chart} onChoose={setTab} />
      <div
        ref={panel}
        role="tabpanel"
        id="chart-panel"
        aria-labelledby={`chart-tab-${shown}`}
        className={styles.panel}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a part without anything to press must still scroll by key
        tabIndex={0}
      >
        <Part key={shown} chart={chart} />
      </div>
    </div>
  )
}

function WhoOnly({ patient }: { patient: string }) {
  const { data, error, refetch } = useApi('patient.get', { id: patient })
  if (error) return <ErrorNote error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading rows={2} />
  return (
    <div className={styles.screen}>
      <Banner patient={data.patient} allergies={undefined}>
        <VisitButton chart={{ patient: data.patient }} />
      </Banner>
    </div>
  )
}

/** Amber, above everything, until somebody decides: the one thing in a chart that must not be overlooked. */
function ConflictStrip({ chart, onDecide }: { chart: Chart; onDecide: () => void }) {
  const { t } = useTranslation()
  const count = openConflicts(chart)
  if (count === 0) return null
  return (
    <div className={styles.strip}>
      <IconAlertTriangle size={16} aria-hidden="true" />
      <span>{t('chart.conflictNote', { count })}</span>
      <Button size="compact-sm" variant="default" onClick={onDecide}>
        {t('chart.decide')}
      </Button>
    </div>
  )
}

function openConflicts(chart: Chart | undefined): number {
  return chart?.conflicts.filter((it) => it.conflict.policy === 'review').length ?? 0
}

function VisitButton({ chart }: { chart: Pick<Chart, 'patient' | 'openEncounter'> }) {
  const { t } = useTranslation()
  const open = useCommand('visit.open')
  const button = useRef<HTMLButtonElement>(null)
  const mayStart = useMay('visit:write') && !chart.patient.deceased
  const start = () => {
    if (chart.openEncounter) return go({ name: 'visit', patient: chart.patient.id, encounter: chart.openEncounter.id })
    open.run({ patient: chart.patient.id }).then(
      ({ encounter }) => go({ name: 'visit', patient: chart.patient.id, encounter: encounter.id }),
      () => undefined,
    )
  }
  useShortcut('startVisit', start, mayStart)
  // From finding a patient to the visit is then one more Enter.
  useEffect(() => button.current?.focus(), [])
  if (!mayStart) return null
  return (
    <>
      <ErrorNote error={open.error} />
      <Button variant="default" onClick={() => go({ name: 'details', patient: chart.patient.id })}>
        {t('patients.details.title')}
      </Button>
      <Button ref={button} onClick={start} loading={open.busy} aria-keyshortcuts="Alt+V">
        {chart.openEncounter ? t('chart.continueVisit') : t('chart.startVisit')}
      </Button>
    </>
  )
}

interface TabsProps {
  tabs: readonly Tab[]
  shown: Tab
  chart: Chart
  onChoose: (tab: Tab) => void
}

function Tabs({ tabs, shown, chart, onChoose }: TabsProps) {
  const { t } = useTranslation()
  const list = useRef<HTMLDivElement>(null)
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (by === 0) return
    event.preventDefault()
    const at = (tabs.indexOf(shown) + by + tabs.length) % tabs.length
    onChoose(tabs[at] ?? 'timeline')
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[at]?.focus()
  }
  const counts: Partial<Record<Tab, number>> = {
    problems: chart.conditions.length,
    medications: chart.medications.length,
    immunizations: chart.immunizations.length,
    results: chart.counts.diagnostic_report ?? 0,
    conflicts: openConflicts(chart),
  }
  return (
    <div ref={list} role="tablist" aria-label={t('chart.tabs.label')} className={styles.tabs} onKeyDown={onKeyDown}>
      {tabs.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`chart-tab-${name}`}
          aria-selected={name === shown}
          aria-controls={name === shown ? 'chart-panel' : undefined}
          tabIndex={name === shown ? 0 : -1}
          className={styles.tab}
          onClick={() => onChoose(name)}
        >
          {t(`chart.tabs.${name}`)}
          {counts[name] ? <span className={styles.count}>{counts[name]}</span> : null}
        </button>
      ))}
    </div>
  )
}
