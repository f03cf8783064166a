import { IconAlertTriangle } from '@tabler/icons-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Observation } from '../../domain/kinds.ts'
import {
  computeBmi,
  flagOf,
  observationOf,
  type Parsed,
  parseVital,
  usualAt,
  VITALS,
  type Vital,
  vitalOf,
} from '../../domain/vitals.ts'
import { writtenNumber, writtenUnit } from '../chart/amount.ts'
import { latestOf, VITAL_CODES } from '../chart/latest.ts'
import { writtenRange } from '../chart/results.ts'
import { useFormat } from '../format/use-format.ts'
import { useVitalProblem } from '../format/use-vital-problem.ts'
import { useApi, useCommand } from '../queries.ts'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import styles from './visit.module.css'

const TYPED = VITALS.filter((vital) => !vital.computed && !['glucoseFasting', 'glucoseAfterMeal'].includes(vital.key))

interface Props {
  patient: string
  encounter: string
  /** Age in years today, for ranges; undefined when unknown. */
  years: number | undefined
  /** What was measured in this visit. */
  measured: readonly Observation[]
  performer: string | undefined
  /** After the last field: on to the note. */
  onDone: () => void
}

interface Remark {
  tone: 'plain' | 'caution' | 'danger'
  text: string
}

/** One row of vitals. Enter saves the one and goes on to the next; what is wrong is said before anything is saved. */
export function VitalsStrip({ patient, encounter, years, measured, performer, onDone }: Props) {
  const { t } = useTranslation()
  const { data } = useApi('observation.latest', { patient, codes: VITAL_CODES })
  const record = useCommand('observation.record')
  const [remark, setRemark] = useState<Remark>()
  const row = useRef<HTMLDivElement>(null)

  // Where somebody has measured already, the work goes on at the note, and a key is enough for that too.
  const goesOn = useRef(measured.length > 0 ? onDone : undefined)
  useEffect(() => goesOn.current?.(), [])

  const current = (vital: Vital) =>
    measured.findLast(
      (it) => vitalOf(it.code.code ?? '') === vital && !measured.some((other) => other.replaces === it.id),
    )
  const known = (vital: Vital) => (data ? latestOf(vital, data.latest) : undefined)

  const next = (index: number) => {
    const fields = row.current?.querySelectorAll<HTMLInputElement>('input')
    const field = fields?.[index + 1]
    if (field) field.focus()
    else onDone()
  }
  const save = async (vital: Vital, parsed: Parsed) => {
    const before = current(vital)
    await record.run({
      ...observationOf(vital, parsed, years),
      patient,
      encounter,
      effective: new Date().toISOString(),
      ...(performer ? { performer } : {}),
      // A value typed over is a correction: both stay on record, and the chart knows which one stands.
      ...(before ? { replaces: before.id } : {}),
    })
    setRemark(remarkOn(vital, parsed))
  }
  const remarkOn = (vital: Vital, parsed: Parsed): Remark => {
    const values = 'values' in parsed ? parsed.values : [parsed.value]
    const parts = vital.components ?? [vital]
    const unusual = parts.flatMap((part, i) => {
      const flag = flagOf(part, values[i] ?? 0, years)
      const range = usualAt(part, years)
      return flag && flag !== 'N' && range ? [{ flag, range }] : []
    })
    const what = `${t(`chart.vitals.names.${vital.key}`)} ${values.map((it) => writtenNumber(it, 1)).join('/')}`
    const saved = t('visits.vitals.saved', { what })
    const worst = unusual.find((it) => it.flag.length === 2) ?? unusual[0]
    if (!worst) return { tone: 'plain', text: saved }
    const range = `${writtenRange(bounds(worst.range))} ${writtenUnit(vital.unit)}`
    return {
      tone: worst.flag.length === 2 ? 'danger' : 'caution',
      text: `${saved}. ${t('visits.vitals.unusual', { range })}`,
    }
  }

  const weight = current(vitalNamed('weight'))?.value?.value
  const height = (current(vitalNamed('height')) ?? known(vitalNamed('height')))?.value?.value
  const bmi = weight !== undefined && height !== undefined ? computeBmi(weight, height) : undefined

  return (
    <section aria-label={t('visits.vitals.title')}>
      <div ref={row} className={styles.strip}>
        {TYPED.map((vital, index) => (
          <VitalField
            key={vital.key}
            vital={vital}
            saved={current(vital)}
            last={known(vital)}
            first={index === 0 && measured.length === 0}
            onSave={(parsed) => save(vital, parsed)}
            onRemark={setRemark}
            onNext={() => next(index)}
          />
        ))}
        <div className={styles.computed}>
          <div className={styles.vitalLabel}>{t('chart.vitals.names.bmi')}</div>
          <div className={styles.computedValue}>{bmi === undefined ? '–' : writtenNumber(bmi, 1)}</div>
        </div>
      </div>
      <div className={styles.remark} data-tone={remark?.tone} aria-live="polite">
        {remark && remark.tone !== 'plain' && <IconAlertTriangle size={14} aria-hidden="true" />}
        {remark?.text ?? t('visits.vitals.hint')}
      </div>
      <ErrorNote error={record.error} />
    </section>
  )
}

interface FieldProps {
  vital: Vital
  saved: Observation | undefined
  last: Observation | undefined
  first: boolean
  onSave: (parsed: Parsed) => Promise<void>
  onRemark: (remark: Remark | undefined) => void
  onNext: () => void
}

function VitalField({ vital, saved, last, first, onSave, onRemark, onNext }: FieldProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const input = useRef<HTMLInputElement>(null)
  const standing = saved ? plain(saved) : ''
  const [text, setText] = useState(standing)
  const whyNot = useVitalProblem()
  const [wrong, setWrong] = useState(false)
  // What the engine has replaces what was typed once it is saved; while typing, the typing stands.
  useEffect(
    () => setText((typed) => (document.activeElement === input.current && typed !== '' ? typed : standing)),
    [standing],
  )
  useEffect(() => {
    if (first) input.current?.focus()
  }, [first])

  const name = t(`chart.vitals.names.${vital.key}`)
  // What is on its way to the engine: leaving the field after Enter must not record it a second time.
  const sent = useRef<string>(undefined)
  /** Reads what was typed and sends it off; false when it cannot be taken. */
  const commit = (): boolean => {
    const typed = text.trim()
    setWrong(false)
    if (typed === '' || typed === standing || typed === sent.current) return true
    const parsed = parseVital(vital, typed)
    if ('problem' in parsed) {
      setWrong(true)
      onRemark({ tone: 'danger', text: `${name}: ${whyNot(vital, parsed.problem, typed)}` })
      return false
    }
    sent.current = typed
    onSave(parsed).catch(() => {
      // The strip shows the refusal; what was typed stays in the field, and the eye is brought back to it.
      sent.current = undefined
      setWrong(true)
      input.current?.focus()
    })
    return true
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.ctrlKey || event.metaKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    // On at once: the next number is being typed while this one is saved.
    if (commit()) onNext()
    else input.current?.select()
  }
  const ghost = !saved && last ? plain(last) : ''
  const title =
    ghost && last?.effective ? t('visits.vitals.last', { value: ghost, when: format.date(last.effective) }) : undefined
  return (
    <label className={styles.vital} title={title}>
      <span className={styles.vitalLabel}>
        {t(`visits.vitals.short.${vital.key}` as 'visits.vitals.short.bp')} {writtenUnit(vital.unit)}
      </span>
      <input
        ref={input}
        className={styles.vitalInput}
        value={text}
        placeholder={ghost}
        inputMode="decimal"
        autoComplete="off"
        aria-label={[name, writtenUnit(vital.unit), title].filter(Boolean).join(', ')}
        aria-invalid={wrong}
        data-saved={saved !== undefined && text === standing}
        data-flag={saved && text === standing ? saved.flag : undefined}
        onChange={(event) => {
          sent.current = undefined
          setText(event.currentTarget.value)
        }}
        onKeyDown={onKeyDown}
        onFocus={(event) => event.currentTarget.select()}
        onBlur={() => commit()}
      />
    </label>
  )
}

function vitalNamed(key: Vital['key']): Vital {
  return VITALS.find((vital) => vital.key === key) as Vital
}

/** The number alone, as it would be typed: `120/80`, `37.2`. */
function plain(it: Observation): string {
  if (it.value) return String(it.value.value)
  return (it.components ?? []).flatMap((part) => (part.value ? String(part.value.value) : [])).join('/')
}

function bounds({ low, high }: { low?: number; high?: number }): { low?: number; high?: number } {
  return { ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) }
}
