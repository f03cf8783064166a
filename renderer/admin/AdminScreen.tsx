import { type KeyboardEvent, type ReactNode, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { type AdminSection, go } from '../place.ts'
import { useMay } from '../session/session.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { useShortcut } from '../ui/keys.ts'
import { ActivityPage } from './ActivityPage.tsx'
import styles from './admin.module.css'
import { DataPage } from './DataPage.tsx'
import { PolicyPage } from './PolicyPage.tsx'
import { SyncPage } from './SyncPage.tsx'
import { UsersPage } from './UsersPage.tsx'

const PAGES: Record<AdminSection, () => ReactNode> = {
  users: () => <UsersPage />,
  activity: () => <ActivityPage />,
  sync: () => <SyncPage />,
  data: () => <DataPage />,
  machine: () => <PolicyPage />,
}
const SECTIONS = Object.keys(PAGES) as AdminSection[]

/** What an admin looks after: people, who did what, the cloud switch, the data, and what IT has set. */
export function AdminScreen({ section }: { section: AdminSection }) {
  const { t } = useTranslation()
  const allowed = useMay('user:read')
  const list = useRef<HTMLDivElement>(null)
  const show = (to: AdminSection) => go({ name: 'admin', section: to }, { replace: true })
  const after = (by: number) =>
    SECTIONS[(SECTIONS.indexOf(section) + by + SECTIONS.length) % SECTIONS.length] ?? 'users'
  useShortcut('nextPart', () => show(after(1)), allowed)
  useShortcut('previousPart', () => show(after(-1)), allowed)
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (by === 0) return
    event.preventDefault()
    show(after(by))
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[SECTIONS.indexOf(after(by))]?.focus()
  }
  if (!allowed) return <EmptyState title={t('admin.needs')} />
  return (
    <div className={styles.screen}>
      <h1 className={styles.head}>{t('admin.title')}</h1>
      <div ref={list} role="tablist" aria-label={t('admin.title')} className={styles.tabs} onKeyDown={onKeyDown}>
        {SECTIONS.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`admin-tab-${name}`}
            aria-selected={name === section}
            aria-controls={name === section ? 'admin-panel' : undefined}
            tabIndex={name === section ? 0 : -1}
            className={styles.tab}
            onClick={() => show(name)}
          >
            {t(`admin.sections.${name}`)}
          </button>
        ))}
      </div>
      <div
        role="tabpanel"
        id="admin-panel"
        aria-labelledby={`admin-tab-${section}`}
        className={styles.panel}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a page without anything to press must still scroll by key
        tabIndex={0}
        key={section}
      >
        {PAGES[section]()}
      </div>
    </div>
  )
}
