import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../api.ts'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Loading } from '../ui/Loading.tsx'
import { Note } from '../ui/Note.tsx'
import styles from './admin.module.css'

const NAMES = [
  'idleLock',
  'syncAllowed',
  'syncHost',
  'exportAllowed',
  'updateMode',
  'feedUrl',
  'proxy',
  'backupDir',
  'keychain',
  'contentProtection',
] as const

/** What IT has set for this computer, and where each value comes from. Shown, not changed: that is the point of it. */
export function PolicyPage() {
  const { t } = useTranslation()
  const { data, error } = useQuery({ queryKey: ['shell.policy', {}], queryFn: () => api('shell.policy', {}) })
  if (error) return <ErrorNote error={error} />
  if (!data) return <Loading rows={6} />
  const word = (value: string | number | boolean | undefined) =>
    value === undefined
      ? t('admin.machine.unset')
      : typeof value === 'boolean'
        ? t(value ? 'admin.machine.yes' : 'admin.machine.no')
        : String(value)
  return (
    <div className={styles.page}>
      <p className={styles.quiet}>{t('admin.machine.intro')}</p>
      {data.problems.map((problem) => (
        <Note key={problem} tone="caution">
          {problem}
        </Note>
      ))}
      <table className={styles.table} aria-label={t('admin.sections.machine')}>
        <thead>
          <tr>
            <th scope="col">{t('admin.machine.setting')}</th>
            <th scope="col">{t('admin.machine.value')}</th>
            <th scope="col">{t('admin.machine.from')}</th>
          </tr>
        </thead>
        <tbody>
          {NAMES.filter((name) => data.values[name] !== undefined).map((name) => (
            <tr key={name}>
              <th scope="row">{t(`admin.machine.names.${name}`)}</th>
              <td className="selectable">{word(data.values[name])}</td>
              <td className={styles.quiet}>
                {(data.sources[name] ?? 'default') === 'default' ? t('admin.machine.default') : data.sources[name]}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
