import { Button } from '@mantine/core'
import { IconStethoscope } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { localDay, parseDate } from '../../domain/dates.ts'
import type { Concept } from '../../domain/fields.ts'
import type { Condition } from '../../domain/kinds.ts'
import type { Chart } from '../../engine/api-shapes.ts'
import { api } from '../api.ts'
import { useFormat } from '../format/use-format.ts'
import { useCommand } from '../queries.ts'
import { useMay } from '../session/session.ts'
import { CodePicker } from '../ui/CodePicker.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Field } from '../ui/Field.tsx'
import { Form } from '../ui/Form.tsx'
import { offerUndo } from '../ui/undo.ts'
import styles from './chart.module.css'

const CURRENT = new Set([undefined, 'active', 'recurrence', 'relapse'])

/** The problem list: current first, each resolved in one press that can be taken back. */
export function Problems({ chart }: { chart: Chart }) {
  const { t } = useTranslation()
  const mayWrite = useMay('condition:write')
  const meant = chart.conditions.filter((it) => it.verificationStatus !== 'entered-in-error')
  const current = meant.filter((it) => CURRENT.has(it.clinicalStatus))
  const past = meant.filter((it) => !CURRENT.has(it.clinicalStatus))
  return (
    <div className={styles.page}>
      {mayWrite && <AddProblem patient={chart.patient.id} />}
      {meant.length === 0 ? (
        <EmptyState title={t('chart.problems.empty')} icon={<IconStethoscope size={28} stroke={1.5} />}>
          {t('chart.problems.emptyNext')}
        </EmptyState>
      ) : (
        <>
          <Table title={t('chart.problems.current')} problems={current} mayWrite={mayWrite} />
          {past.length > 0 && <Table title={t('chart.problems.past')} problems={past} mayWrite={mayWrite} past />}
        </>
      )}
    </div>
  )
}

interface TableProps {
  title: string
  problems: readonly Condition[]
  mayWrite: boolean
  past?: boolean
}

function Table({ title, problems, mayWrite, past = false }: TableProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const change = useCommand('condition.change')
  const set = (it: Condition, clinicalStatus: 'active' | 'resolved') => {
    const before = { clinicalStatus: it.clinicalStatus ?? null, abatement: it.abatement ?? null }
    const abatement = clinicalStatus === 'resolved' ? localDay(new Date()) : null
    const key = clinicalStatus === 'resolved' ? 'resolved' : 'reopened'
    change.run({ id: it.id, patch: { clinicalStatus, abatement } }).then(
      () =>
        offerUndo({
          text: t(`chart.problems.${key}`, { name: it.code.display }),
          undo: () => change.run({ id: it.id, patch: before }),
        }),
      () => undefined,
    )
  }
  return (
    <section>
      <ErrorNote error={change.error} />
      <table className={styles.table} aria-label={title}>
        <thead>
          <tr>
            <th scope="col">{title}</th>
            <th scope="col">{t('chart.problems.code')}</th>
            <th scope="col">{t('chart.problems.since')}</th>
            <th scope="col">{past ? t('chart.problems.until') : t('chart.problems.status')}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {problems.map((it) => (
            <tr key={it.id} data-past={past}>
              <th scope="row" className={`${styles.name} selectable`}>
                {it.code.display}
              </th>
              <td className={styles.nowrap}>{it.code.code}</td>
              <td className={styles.nowrap}>{it.onset ? format.date(it.onset) : t('chart.unknownDate')}</td>
              <td className={styles.nowrap}>
                {past ? it.abatement && format.date(it.abatement) : t(`chart.status.${it.clinicalStatus ?? 'active'}`)}
              </td>
              <td className={styles.acts}>
                {mayWrite && (
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    aria-label={`${past ? t('chart.problems.reopen') : t('chart.problems.resolve')}: ${it.code.display}`}
                    onClick={() => set(it, past ? 'active' : 'resolved')}
                  >
                    {past ? t('chart.problems.reopen') : t('chart.problems.resolve')}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function AddProblem({ patient }: { patient: string }) {
  const { t } = useTranslation()
  const add = useCommand('condition.add')
  const change = useCommand('condition.change')
  const [code, setCode] = useState<Concept>()
  const [since, setSince] = useState('')
  const today = localDay(new Date())
  const onset = since.trim() ? parseDate(since, today) : undefined
  const unreadable = since.trim() !== '' && !onset

  const finish = () => {
    if (!code || unreadable) return
    return add
      .run({
        patient,
        code,
        category: 'problem-list-item',
        clinicalStatus: 'active',
        verificationStatus: 'confirmed',
        recorded: new Date().toISOString(),
        ...(onset ? { onset } : {}),
      })
      .then(
        ({ condition }) => {
          setCode(undefined)
          setSince('')
          offerUndo({
            text: t('chart.problems.added', { name: condition.code.display }),
            undo: () => change.run({ id: condition.id, patch: { verificationStatus: 'entered-in-error' } }),
          })
        },
        () => undefined,
      )
  }

  return (
    <Form label={t('chart.problems.add')} onFinish={finish} className={styles.form}>
      <div data-span="6">
        {code ? (
          <Field
            label={t('chart.problems.name')}
            value={code.code ? `${code.display} (${code.code})` : code.display}
            onChange={() => setCode(undefined)}
          />
        ) : (
          <CodePicker
            label={t('chart.problems.search')}
            name="icd10"
            search={async (text) => (await api('code.search', { system: 'icd10', text, limit: 20 })).codes}
            onPick={(it) => setCode({ system: 'http://hl7.org/fhir/sid/icd-10', code: it.code, display: it.display })}
            onFreeText={(display) => setCode({ display })}
          />
        )}
      </div>
      <Field
        label={t('chart.problems.onset')}
        value={since}
        onChange={setSince}
        error={unreadable ? t('chart.problems.unreadable') : undefined}
      />
      <div className={styles.formActs}>
        <Button type="submit" disabled={!code} loading={add.busy}>
          {t('chart.problems.add')}
        </Button>
      </div>
      <div className={styles.wide}>
        <ErrorNote error={add.error} />
      </div>
    </Form>
  )
}
