import { Button } from '@mantine/core'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { yearsOn } from '../../domain/age.ts'
import { localDay } from '../../domain/dates.ts'
import type { Observation } from '../../domain/kinds.ts'
import { observationOf, parseVital, type Vital } from '../../domain/vitals.ts'
import type { Chart } from '../../engine/api-shapes.ts'
import { api } from '../api.ts'
import { useFormat } from '../format/use-format.ts'
import { useVitalProblem } from '../format/use-vital-problem.ts'
import { useCommand } from '../queries.ts'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Field } from '../ui/Field.tsx'
import { offerUndo } from '../ui/undo.ts'
import { useOnce } from '../ui/use-once.ts'
import styles from './chart.module.css'
import type { Trend } from './trend.ts'

interface Props {
  chart: Chart
  vital: Vital
  row: Trend['rows'][number]
  onDone: () => void
}

/** A reading that was entered wrongly: what it should be, or that it is not this patient's. Both stay on record. */
export function Correction({ chart, vital, row, onDone }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const whyNot = useVitalProblem()
  const [typed, setTyped] = useState(row.text)
  const [wrong, setWrong] = useState<string>()
  const record = useCommand('observation.record')
  const retract = useCommand('observation.retract')
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.select(), [])
  const patient = chart.patient
  const name = t(`chart.vitals.names.${vital.key}`)

  /** The reading itself: the trend has only what it draws. */
  const reading = async () => (await api('chart.record', { kind: 'observation', id: row.id })).record as Observation

  const save = useOnce(async () => {
    setWrong(undefined)
    if (typed.trim() === row.text) return onDone()
    const parsed = parseVital(vital, typed.trim())
    if ('problem' in parsed) return setWrong(whyNot(vital, parsed.problem, typed.trim()))
    try {
      const { encounter, effective } = await reading()
      const years = patient.birthDate ? yearsOn(patient.birthDate, effective ?? localDay(new Date())) : undefined
      await record.run({
        ...observationOf(vital, parsed, years),
        patient: patient.id,
        replaces: row.id,
        ...(encounter ? { encounter } : {}),
        ...(effective ? { effective } : {}),
      })
    } catch {
      return
    }
    offerUndo({ text: t('chart.vitals.corrected', { what: name, value: typed.trim() }) })
    onDone()
  })
  const withdraw = () => {
    retract.run({ id: row.id }).then(
      () => {
        offerUndo({ text: t('chart.vitals.withdrawn', { what: name, value: row.text }) })
        onDone()
      },
      () => undefined,
    )
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && event.target === field.current && !event.nativeEvent.isComposing) save()
    else if (event.key === 'Escape') onDone()
    else return
    event.preventDefault()
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would put a legend into a row of a table
    <div
      role="group"
      className={styles.correction}
      aria-label={t('chart.vitals.correctOf', { value: row.text, when: format.dateTime(row.at) })}
      onKeyDown={onKeyDown}
    >
      <Field ref={field} label={t('chart.vitals.right')} value={typed} onChange={setTyped} error={wrong} />
      <ErrorNote error={record.error ?? retract.error} />
      <div className={styles.choices}>
        <Button size="compact-sm" onClick={save} loading={record.busy}>
          {t('chart.vitals.save')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={withdraw} loading={retract.busy}>
          {t('chart.vitals.withdraw')}
        </Button>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={onDone}>
          {t('chart.vitals.cancel')}
        </Button>
      </div>
    </div>
  )
}
