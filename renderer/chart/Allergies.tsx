import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AllergyIntolerance } from '../../domain/kinds.ts'
import type { Chart } from '../../engine/api-shapes.ts'
import { allergyStatement, counts, saysNone } from '../format/allergies.ts'
import { useFormat } from '../format/use-format.ts'
import { useCommand } from '../queries.ts'
import { useMay } from '../session/session.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { offerUndo } from '../ui/undo.ts'
import { AllergyForm } from './AllergyForm.tsx'
import styles from './chart.module.css'

/** Allergies: stated, added, changed; and "none known" recorded as a finding of its own. */
export function Allergies({ chart }: { chart: Chart }) {
  const { t } = useTranslation()
  const mayWrite = useMay('allergy:write')
  const [edited, setEdited] = useState<AllergyIntolerance>()
  const none = useCommand('allergy.noneKnown')
  const change = useCommand('allergy.change')
  const meant = chart.allergies.filter((it) => it.verificationStatus !== 'entered-in-error' && !saysNone(it))
  const state = allergyStatement(chart.allergies).state
  const recordNone = () => {
    none.run({ patient: chart.patient.id }).then(
      ({ allergy }) =>
        offerUndo({
          text: t('chart.allergies.noneKnownDone'),
          undo: () => change.run({ id: allergy.id, patch: { verificationStatus: 'entered-in-error' } }),
        }),
      () => undefined,
    )
  }
  return (
    <div className={styles.page}>
      {mayWrite && (
        <AllergyForm
          key={edited?.id ?? 'new'}
          patient={chart.patient.id}
          edited={edited}
          onDone={() => setEdited(undefined)}
        />
      )}
      <ErrorNote error={none.error ?? change.error} />
      {meant.length > 0 && <Table allergies={meant} mayWrite={mayWrite} onEdit={setEdited} />}
      {meant.length === 0 && (
        <EmptyState
          title={state === 'none-known' ? t('ui.banner.noKnownAllergies') : t('ui.banner.allergiesNotRecorded')}
          action={
            mayWrite &&
            state !== 'none-known' && (
              <Button variant="default" onClick={recordNone} loading={none.busy}>
                {t('chart.allergies.noneKnown')}
              </Button>
            )
          }
        >
          {state === 'none-known' ? undefined : t('chart.allergies.emptyNext')}
        </EmptyState>
      )}
    </div>
  )
}

interface TableProps {
  allergies: readonly AllergyIntolerance[]
  mayWrite: boolean
  onEdit: (allergy: AllergyIntolerance) => void
}

function Table({ allergies, mayWrite, onEdit }: TableProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const change = useCommand('allergy.change')
  const set = (it: AllergyIntolerance, clinicalStatus: 'active' | 'resolved') => {
    change.run({ id: it.id, patch: { clinicalStatus } }).then(
      () =>
        offerUndo({
          text: t('chart.allergies.changed', { name: it.code.display }),
          undo: () => change.run({ id: it.id, patch: { clinicalStatus: it.clinicalStatus ?? null } }),
        }),
      () => undefined,
    )
  }
  const missing = t('chart.allergies.notGiven')
  return (
    <section>
      <ErrorNote error={change.error} />
      <table className={styles.table} aria-label={t('chart.allergies.title')}>
        <thead>
          <tr>
            <th scope="col">{t('chart.allergies.substance')}</th>
            <th scope="col">{t('chart.allergies.reaction')}</th>
            <th scope="col">{t('chart.allergies.criticality')}</th>
            <th scope="col">{t('chart.allergies.verification')}</th>
            <th scope="col">{t('chart.allergies.status')}</th>
            <th scope="col">{t('chart.allergies.recorded')}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {allergies.map((it) => (
            <tr key={it.id} data-past={!counts(it)}>
              <th scope="row" className={`${styles.name} selectable`}>
                {it.code.display}
              </th>
              <td className="selectable">
                {(it.reactions ?? [])
                  .map((r) =>
                    [r.manifestation.display, r.severity && t(`ui.severity.${r.severity}`)].filter(Boolean).join(', '),
                  )
                  .join('; ') || missing}
              </td>
              <td>{it.criticality ? t(`chart.allergies.criticalities.${it.criticality}`) : missing}</td>
              <td>{it.verificationStatus ? t(`chart.allergies.verifications.${it.verificationStatus}`) : missing}</td>
              <td>{t(`chart.allergies.statuses.${it.clinicalStatus ?? 'active'}`)}</td>
              <td className={styles.nowrap}>{it.recorded ? format.date(it.recorded) : missing}</td>
              <td className={styles.acts}>
                {mayWrite && (
                  <>
                    <Button
                      size="compact-sm"
                      variant="subtle"
                      aria-label={`${t('chart.allergies.edit')}: ${it.code.display}`}
                      onClick={() => onEdit(it)}
                    >
                      {t('chart.allergies.edit')}
                    </Button>
                    <Button
                      size="compact-sm"
                      variant="subtle"
                      aria-label={`${counts(it) ? t('chart.allergies.resolve') : t('chart.allergies.reopen')}: ${it.code.display}`}
                      onClick={() => set(it, counts(it) ? 'resolved' : 'active')}
                    >
                      {counts(it) ? t('chart.allergies.resolve') : t('chart.allergies.reopen')}
                    </Button>
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
