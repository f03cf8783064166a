import { Button } from '@mantine/core'
import { IconVaccine } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { localDay, parseDate } from '../../domain/dates.ts'
import type { Concept } from '../../domain/fields.ts'
import { VACCINES } from '../../domain/vaccines.ts'
import type { Chart } from '../../engine/api-shapes.ts'
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
import { matching } from './matching.ts'

/** Vaccines given, and what is due. */
export function Immunizations({ chart }: { chart: Chart }) {
  const { t } = useTranslation()
  const format = useFormat()
  const mayWrite = useMay('immunization:write')
  const today = localDay(new Date())
  const given = chart.immunizations
    .filter((it) => it.status !== 'entered-in-error')
    .toSorted((a, b) => (b.occurrence ?? '').localeCompare(a.occurrence ?? ''))
  return (
    <div className={styles.page}>
      {mayWrite && <AddImmunization patient={chart.patient.id} />}
      {given.length === 0 ? (
        <EmptyState title={t('chart.immunizations.empty')} icon={<IconVaccine size={28} stroke={1.5} />}>
          {t('chart.immunizations.emptyNext')}
        </EmptyState>
      ) : (
        <table className={styles.table} aria-label={t('chart.immunizations.title')}>
          <thead>
            <tr>
              <th scope="col">{t('chart.immunizations.vaccine')}</th>
              <th scope="col">{t('chart.immunizations.dose')}</th>
              <th scope="col">{t('chart.immunizations.given')}</th>
              <th scope="col">{t('chart.immunizations.lot')}</th>
              <th scope="col">{t('chart.immunizations.site')}</th>
              <th scope="col">{t('chart.immunizations.due')}</th>
            </tr>
          </thead>
          <tbody>
            {given.map((it) => (
              <tr key={it.id}>
                <th scope="row" className={`${styles.name} selectable`}>
                  {it.vaccine.display}
                </th>
                <td>{it.doseNumber}</td>
                <td className={styles.nowrap}>
                  {it.status === 'not-done' && `${t('chart.immunizations.notDone')} `}
                  {it.occurrence ? format.date(it.occurrence) : t('chart.unknownDate')}
                </td>
                <td>{it.lot}</td>
                <td>{it.site}</td>
                <td className={styles.nowrap}>
                  {it.nextDue && format.date(it.nextDue)}
                  {it.nextDue && it.nextDue < today && (
                    <span className={styles.flag}>{t('chart.immunizations.overdue')}</span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}

function AddImmunization({ patient }: { patient: string }) {
  const { t } = useTranslation()
  const add = useCommand('immunization.add')
  const [vaccine, setVaccine] = useState<Concept>()
  const [dose, setDose] = useState('')
  const [lot, setLot] = useState('')
  const [due, setDue] = useState('')
  const nextDue = due.trim() ? parseDate(due, `${new Date().getFullYear() + 20}-12-31`) : undefined
  const badDue = due.trim() !== '' && !nextDue
  const badDose = dose.trim() !== '' && !/^[1-9]\d?$/.test(dose.trim())

  const finish = () => {
    if (!vaccine || badDue || badDose) return
    return add
      .run({
        patient,
        vaccine,
        status: 'completed',
        occurrence: new Date().toISOString(),
        ...(dose.trim() ? { doseNumber: Number(dose) } : {}),
        ...(lot.trim() ? { lot: lot.trim() } : {}),
        ...(nextDue ? { nextDue } : {}),
      })
      .then(
        ({ immunization }) => {
          setVaccine(undefined)
          setDose('')
          setLot('')
          setDue('')
          offerUndo({ text: t('chart.immunizations.added', { name: immunization.vaccine.display }) })
        },
        () => undefined,
      )
  }

  return (
    <Form label={t('chart.immunizations.add')} onFinish={finish} className={styles.form}>
      <div data-span="4">
        {vaccine ? (
          <Field
            label={t('chart.immunizations.vaccine')}
            value={vaccine.display}
            onChange={() => setVaccine(undefined)}
          />
        ) : (
          <CodePicker
            label={t('chart.immunizations.vaccine')}
            name="cvx"
            search={async (text) => matching(VACCINES, text)}
            onPick={(it) => setVaccine({ system: 'http://hl7.org/fhir/sid/cvx', code: it.code, display: it.display })}
            onFreeText={(display) => setVaccine({ display })}
          />
        )}
      </div>
      <Field
        label={t('chart.immunizations.dose')}
        value={dose}
        onChange={setDose}
        error={badDose ? t('chart.immunizations.badDose') : undefined}
        wrapperProps={{ 'data-span': '2' }}
      />
      <Field label={t('chart.immunizations.lot')} value={lot} onChange={setLot} wrapperProps={{ 'data-span': '2' }} />
      <Field
        label={t('chart.immunizations.due')}
        value={due}
        onChange={setDue}
        error={badDue ? t('chart.problems.unreadable') : undefined}
        wrapperProps={{ 'data-span': '2' }}
      />
      <div className={styles.formActs} data-span="2">
        <Button type="submit" disabled={!vaccine} loading={add.busy}>
          {t('chart.immunizations.add')}
        </Button>
      </div>
      <div className={styles.wide}>
        <ErrorNote error={add.error} />
      </div>
    </Form>
  )
}
