import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ImportReport } from '../../engine/api-shapes.ts'
import { api, Refused } from '../api.ts'
import { writtenNumber } from '../chart/amount.ts'
import { useSay } from '../chart/use-say.ts'
import { refresh, useCommand } from '../queries.ts'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Note } from '../ui/Note.tsx'
import styles from './admin.module.css'

/** Records in, records out, and whether all is as it should be. */
export function DataPage() {
  return (
    <div className={styles.page}>
      <Import />
      <Backup />
      <Codes />
      <Export />
      <Verify />
    </div>
  )
}

function Import() {
  const { t } = useTranslation()
  const run = useCommand('data.import')
  const [failure, setFailure] = useState<unknown>()
  const [report, setReport] = useState<ImportReport>()
  const [progress, setProgress] = useState<{ done: number; total?: number }>()
  useEffect(() => window.alcove.on('import.progress', setProgress), [])
  const start = async () => {
    setFailure(undefined)
    setReport(undefined)
    setProgress(undefined)
    try {
      const { path } = await api('shell.chooseFile', { purpose: 'import' })
      if (path) setReport(await run.run({ path }))
    } catch (error) {
      setFailure(error)
    }
  }
  return (
    <section className={styles.block}>
      <h2>{t('admin.data.import')}</h2>
      <p className={styles.quiet}>{t('admin.data.importWhat')}</p>
      <Button onClick={() => void start()} loading={run.busy}>
        {t('admin.data.importDo')}
      </Button>
      {run.busy && (
        <div role="status">
          <progress
            className={styles.progress}
            value={progress?.total ? progress.done : undefined}
            max={progress?.total}
            aria-label={t('admin.data.importing')}
          />
          <div className={styles.quiet}>
            {progress === undefined
              ? t('admin.data.importing')
              : progress.total === undefined
                ? t('admin.data.progress', { done: writtenNumber(progress.done) })
                : t('admin.data.progressOf', {
                    done: writtenNumber(progress.done),
                    total: writtenNumber(progress.total),
                  })}
          </div>
        </div>
      )}
      <ErrorNote error={failure} />
      {report && <Report report={report} />}
    </section>
  )
}

function Report({ report }: { report: ImportReport }) {
  const { t } = useTranslation()
  const say = useSay()
  const rows: [string, number][] = [
    ...Object.entries(report.records).map(([kind, n]): [string, number] => [say.kind(kind), n]),
    ...Object.entries(report.kept).map(([type, n]): [string, number] => [`${type}: ${t('admin.data.kept')}`, n]),
    [t('admin.data.unchanged'), report.unchanged],
  ]
  return (
    <div role="status" className={styles.block}>
      <p>{t('admin.data.imported', { seconds: writtenNumber(report.ms / 1000, 1) })}</p>
      <table className={styles.table} aria-label={t('admin.data.records')}>
        <tbody>
          {rows
            .filter(([, n]) => n > 0)
            .map(([name, n]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{writtenNumber(n)}</td>
              </tr>
            ))}
        </tbody>
      </table>
      {report.failed.length === 0 ? (
        <p>{t('admin.data.nothingFailed')}</p>
      ) : (
        <table className={styles.table} aria-label={t('admin.data.failed')}>
          <thead>
            <tr>
              <th scope="col">{t('admin.data.where')}</th>
              <th scope="col">{t('admin.data.reason')}</th>
            </tr>
          </thead>
          <tbody>
            {report.failed.map((it) => (
              <tr key={`${it.file}${it.where}`}>
                <th scope="row">{it.where}</th>
                <td>{it.reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}

/** The whole clinic, encrypted, into a folder that somebody chooses: best on a disk that leaves the house. */
function Backup() {
  const { t } = useTranslation()
  const run = useCommand('backup.create')
  const [failure, setFailure] = useState<unknown>()
  const [made, setMade] = useState<{ place: string; folder: string; bytes: number }>()
  const start = async () => {
    setFailure(undefined)
    setMade(undefined)
    try {
      const { path, name } = await api('shell.chooseFile', { purpose: 'backup' })
      if (!path) return
      const { folder, bytes } = await run.run({ into: path })
      setMade({ place: name ?? '', folder: folder.split(/[\\/]/).at(-1) ?? folder, bytes })
    } catch (error) {
      setFailure(error)
    }
  }
  return (
    <section className={styles.block} aria-label={t('admin.data.backup')}>
      <h2>{t('admin.data.backup')}</h2>
      <p className={styles.quiet}>{t('admin.data.backupWhat')}</p>
      <Button variant="default" onClick={() => void start()} loading={run.busy}>
        {t('admin.data.backupDo')}
      </Button>
      {run.busy && <p role="status">{t('admin.data.backingUp')}</p>}
      {made && (
        <div role="status">
          <Note>{t('admin.data.backedUp', { ...made, size: `${writtenNumber(made.bytes / 1_000_000, 1)} MB` })}</Note>
        </div>
      )}
      {failure instanceof Refused && failure.code === 'bad-input' ? (
        <div role="alert">
          <Note tone="caution">{t('admin.data.backupUnwritable')}</Note>
        </div>
      ) : (
        <ErrorNote error={failure} />
      )}
    </section>
  )
}

/** The full list of codes, for a clinic that codes more finely than the list that comes with Alcove. */
function Codes() {
  const { t } = useTranslation()
  const run = useCommand('code.import')
  const [failure, setFailure] = useState<unknown>()
  const [loaded, setLoaded] = useState<number>()
  const start = async () => {
    setFailure(undefined)
    setLoaded(undefined)
    try {
      const { path } = await api('shell.chooseFile', { purpose: 'codes' })
      if (!path) return
      setLoaded((await run.run({ system: 'icd10', path })).codes)
      // A diagnosis field that looked before looks again.
      void refresh(['code'])
    } catch (error) {
      setFailure(error)
    }
  }
  return (
    <section className={styles.block} aria-label={t('admin.data.codes')}>
      <h2>{t('admin.data.codes')}</h2>
      <p className={styles.quiet}>{t('admin.data.codesWhat')}</p>
      <Button variant="default" onClick={() => void start()} loading={run.busy}>
        {t('admin.data.codesDo')}
      </Button>
      {run.busy && <p role="status">{t('admin.data.codesLoading')}</p>}
      {loaded !== undefined && (
        <div role="status">
          <Note>{t('admin.data.codesLoaded', { codes: writtenNumber(loaded) })}</Note>
        </div>
      )}
      <ErrorNote error={failure} />
    </section>
  )
}

function Export() {
  const { t } = useTranslation()
  const run = useCommand('data.export')
  const [failure, setFailure] = useState<unknown>()
  const [done, setDone] = useState<{ resources: number; bytes: number }>()
  const start = async () => {
    setFailure(undefined)
    setDone(undefined)
    try {
      const { path } = await api('shell.chooseFile', { purpose: 'export', name: 'alcove-records.json' })
      if (path) setDone(await run.run({ path }))
    } catch (error) {
      setFailure(error)
    }
  }
  return (
    <section className={styles.block}>
      <h2>{t('admin.data.export')}</h2>
      <p className={styles.quiet}>{t('admin.data.exportWhat')}</p>
      <Button variant="default" onClick={() => void start()} loading={run.busy}>
        {run.busy ? t('admin.data.exporting') : t('admin.data.exportDo')}
      </Button>
      <ErrorNote error={failure} />
      {done && (
        <Note>
          {t('admin.data.exported', {
            resources: writtenNumber(done.resources),
            size: `${writtenNumber(done.bytes / 1_000_000, 1)} MB`,
          })}
        </Note>
      )}
    </section>
  )
}

function Verify() {
  const { t } = useTranslation()
  const run = useCommand('data.verify')
  const [found, setFound] = useState<{ ok: boolean; entries: number; devices: number; problems: string[] }>()
  return (
    <section className={styles.block}>
      <h2>{t('admin.data.verify')}</h2>
      <p className={styles.quiet}>{t('admin.data.verifyWhat')}</p>
      <Button variant="default" onClick={() => void run.run({}).then(setFound, () => undefined)} loading={run.busy}>
        {run.busy ? t('admin.data.verifying') : t('admin.data.verifyDo')}
      </Button>
      <ErrorNote error={run.error} />
      {found?.ok && (
        <Note>
          {t('admin.data.verified', { entries: writtenNumber(found.entries), devices: writtenNumber(found.devices) })}
        </Note>
      )}
      {found && !found.ok && (
        <>
          <Note tone="caution">{t('admin.data.problems')}</Note>
          <ul className={styles.leaves}>
            {found.problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}
