import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../api.ts'
import { useCommand } from '../queries.ts'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Note } from '../ui/Note.tsx'
import styles from './admin.module.css'

/** The list as a file, with what its chain can be checked by elsewhere. */
export function ExportVisits() {
  const { t } = useTranslation()
  const run = useCommand('access.export')
  const [failure, setFailure] = useState<unknown>()
  const [done, setDone] = useState<{ rows: number; name: string }>()
  const start = async (format: 'csv' | 'json') => {
    setFailure(undefined)
    setDone(undefined)
    try {
      const { path, name = '' } = await api('shell.chooseFile', { purpose: 'access', name: `cloud-access.${format}` })
      if (path) setDone({ rows: (await run.run({ path, format })).rows, name })
    } catch (error) {
      setFailure(error)
    }
  }
  return (
    <>
      <div className={styles.acts}>
        <Button variant="default" onClick={() => void start('csv')} disabled={run.busy}>
          {t('admin.access.exportCsv')}
        </Button>
        <Button variant="default" onClick={() => void start('json')} disabled={run.busy}>
          {t('admin.access.exportJson')}
        </Button>
      </div>
      <ErrorNote error={failure} />
      {done && (
        <div role="status">
          <Note>{t('admin.access.exported', { count: done.rows, name: done.name })}</Note>
        </div>
      )}
    </>
  )
}
