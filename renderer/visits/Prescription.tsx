import { ActionIcon, Button } from '@mantine/core'
import { IconAlertTriangle, IconX } from '@tabler/icons-react'
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useTranslation } from 'react-i18next'
import { parseDosage } from '../../domain/dosage.ts'
import type { MedicationRequest } from '../../domain/kinds.ts'
import type { Preparation } from '../../domain/prescribing.ts'
import type { Warning } from '../../engine/api-shapes.ts'
import { medicineName, takenHow } from '../chart/medicine.ts'
import { useApi, useCommand } from '../queries.ts'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Keys } from '../ui/Keys.tsx'
import { useShortcut } from '../ui/keys.ts'
import { offerUndo } from '../ui/undo.ts'
import { useOnce } from '../ui/use-once.ts'
import { MedicinePicker } from './MedicinePicker.tsx'
import { Labeled, nextStop } from './NoteSection.tsx'
import styles from './visit.module.css'

interface Props {
  patient: string
  encounter: string
  requester: string | undefined
  medicines: readonly MedicationRequest[]
  readOnly: boolean
  /** The visit is over: what speaks against a line today is no longer a remark on it. */
  signed: boolean
}

/** Prescription lines by shorthand: `paracetamol 500` Enter `1-0-1 5d` Enter, and the next one. */
export function Prescription({ patient, encounter, requester, medicines, readOnly, signed }: Props) {
  const { t } = useTranslation()
  const change = useCommand('medication.change')
  const repeat = useCommand('medication.repeatLast')
  const shown = medicines.filter((it) => it.status !== 'entered-in-error')
  const retract = (id: string) => change.run({ id, patch: { status: 'entered-in-error' } })

  const repeatLast = useOnce(() =>
    repeat.run({ encounter }).then(
      ({ medications }) => {
        if (medications.length === 0) return offerUndo({ text: t('visits.prescription.nothingToRepeat') })
        offerUndo({
          text: t('visits.prescription.repeated', { count: medications.length }),
          undo: () => Promise.all(medications.map((it) => retract(it.id))),
        })
      },
      () => undefined,
    ),
  )
  useShortcut('repeatLast', repeatLast, !readOnly)

  const remove = (it: MedicationRequest) => {
    retract(it.id).then(
      () =>
        offerUndo({
          text: t('visits.prescription.removed', { name: it.medication.display }),
          undo: () => change.run({ id: it.id, patch: { status: it.status } }),
        }),
      () => undefined,
    )
  }

  if (readOnly && shown.length === 0) return null
  return (
    <Labeled label={t('visits.prescription.title')}>
      {shown.length > 0 && (
        <ul className={styles.lines}>
          {shown.map((it) => (
            <Line key={it.id} line={it} checked={!signed} onRemove={readOnly ? undefined : () => remove(it)} />
          ))}
        </ul>
      )}
      {!readOnly && (
        <NewLine patient={patient} encounter={encounter} requester={requester} onUndo={retract}>
          <span>
            <Button
              size="compact-sm"
              variant="default"
              onClick={repeatLast}
              loading={repeat.busy}
              aria-keyshortcuts="Alt+L"
            >
              {t('visits.prescription.repeatLast')}
            </Button>{' '}
            <Keys of="repeatLast" />
          </span>
        </NewLine>
      )}
      <ErrorNote error={change.error ?? repeat.error} />
    </Labeled>
  )
}

interface LineProps {
  line: MedicationRequest
  /** Whether to say what speaks against it. */
  checked: boolean
  onRemove: (() => void) | undefined
}

/** One medicine of this prescription. What speaks against it stays beside it for as long as it does. */
function Line({ line, checked, onRemove }: LineProps) {
  const { t } = useTranslation()
  const { patient, medication, id } = line
  const check = useApi(
    'medication.check',
    { patient, medication: { display: medication.display }, line: id },
    { enabled: checked && line.status === 'active', keep: true },
  )
  const warnings = checked ? (check.data?.warnings ?? []) : []
  return (
    <li className={styles.entry}>
      <div className={`${styles.grow} ${styles.lineText} selectable`}>
        <span>
          <span className={styles.name}>{medicineName(line)}</span> <span>{takenHow(line)}</span>
        </span>
        <WarningList warnings={warnings} />
        <ErrorNote error={check.error} />
      </div>
      {onRemove && (
        <ActionIcon
          size="sm"
          variant="subtle"
          color="gray"
          aria-label={t('visits.prescription.remove', { name: medication.display })}
          onClick={onRemove}
        >
          <IconX size={14} />
        </ActionIcon>
      )}
    </li>
  )
}

interface NewLineProps {
  patient: string
  encounter: string
  requester: string | undefined
  onUndo: (id: string) => Promise<unknown>
  /** What else can be done here, at the end of the line below. */
  children: ReactNode
}

function NewLine({ patient, encounter, requester, onUndo, children }: NewLineProps) {
  const { t } = useTranslation()
  const add = useCommand('medication.add')
  const [chosen, setChosen] = useState<Preparation>()
  const [dose, setDose] = useState('')
  const [problem, setProblem] = useState<string>()
  const medicineField = useRef<HTMLInputElement>(null)
  const doseField = useRef<HTMLInputElement>(null)
  const check = useApi(
    'medication.check',
    { patient, medication: { display: chosen?.name ?? '' } },
    { enabled: chosen !== undefined },
  )
  const warnings = chosen ? (check.data?.warnings ?? []) : []

  const choose = (preparation: Preparation | undefined) => {
    // Drawn at once, so that the very next key lands in the other field.
    flushSync(() => {
      setChosen(preparation)
      setProblem(undefined)
    })
    const field = preparation ? doseField : medicineField
    field.current?.focus()
  }
  const prescribe = useOnce(() => {
    if (!chosen) return
    const dosage = parseDosage(dose, chosen.form)
    if (!dosage) {
      setProblem(t('visits.prescription.unreadableDose'))
      return
    }
    const { name, brand, strength, form } = chosen
    return add
      .run({
        patient,
        encounter,
        status: 'active',
        intent: 'order',
        medication: { display: name },
        authored: new Date().toISOString(),
        dose: dosage.dose,
        ...(requester ? { requester } : {}),
        ...(brand ? { brand } : {}),
        ...(strength ? { strength } : {}),
        ...(form ? { form } : {}),
        ...(dosage.durationDays === undefined ? {} : { durationDays: dosage.durationDays }),
        ...(dosage.quantity ? { quantity: dosage.quantity } : {}),
        ...(dosage.asNeeded ? { asNeeded: true } : {}),
      })
      .then(
        ({ medication }) => {
          offerUndo({ text: t('visits.prescription.added', { name }), undo: () => onUndo(medication.id) })
          setDose('')
          choose(undefined)
        },
        () => undefined,
      )
  })
  const onDoseKey = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey) return
    if (event.key === 'Enter') {
      event.preventDefault()
      prescribe()
    } else if (event.key === 'Escape' || (event.key === 'Backspace' && dose === '')) {
      event.preventDefault()
      choose(undefined)
    }
  }

  return (
    <>
      <div className={styles.shorthand}>
        {chosen ? (
          <button type="button" className={styles.chosen} onClick={() => choose(undefined)}>
            {medicineName({ ...chosen, medication: { display: chosen.name } })}
          </button>
        ) : (
          <MedicinePicker
            inputRef={medicineField}
            onPick={choose}
            onLeave={() => medicineField.current && nextStop(medicineField.current)?.focus()}
          />
        )}
        <div>
          <input
            ref={doseField}
            className={styles.vitalInput}
            value={dose}
            disabled={!chosen}
            placeholder={t('visits.prescription.dose')}
            aria-label={t('visits.prescription.dose')}
            aria-invalid={problem !== undefined}
            aria-describedby="dose-problem"
            autoComplete="off"
            onChange={(event) => {
              setDose(event.currentTarget.value)
              setProblem(undefined)
            }}
            onKeyDown={onDoseKey}
          />
        </div>
        <Button variant="default" onClick={prescribe} disabled={!chosen} loading={add.busy}>
          {t('visits.prescription.add')}
        </Button>
      </div>
      <div className={styles.under}>
        <div id="dose-problem" className={styles.remark} data-tone={problem ? 'danger' : undefined} aria-live="polite">
          {problem ?? (chosen && dose ? preview(dose, chosen) : t('visits.prescription.hint'))}
        </div>
        {children}
      </div>
      {warnings.length > 0 && (
        <div role="alert">
          <WarningList warnings={warnings} />
        </div>
      )}
      <ErrorNote error={add.error ?? check.error} />
    </>
  )
}

/** What was understood so far, in words, before it is on record. */
function preview(dose: string, { form }: Preparation): string {
  const dosage = parseDosage(dose, form)
  return dosage ? takenHow({ ...dosage, form }) : ''
}

function WarningList({ warnings }: { warnings: readonly Warning[] }) {
  const { t } = useTranslation()
  if (warnings.length === 0) return null
  return (
    <ul className={styles.alerts}>
      {warnings.map((warning) => (
        <li key={warning.message} className={styles.alert} data-code={warning.code}>
          <IconAlertTriangle size={14} aria-hidden="true" />
          <span>
            <strong>{t(`visits.prescription.${warning.code}`)}</strong>{' '}
            {t(`visits.prescription.against.${warning.code}.${warning.details.how}`, warning.details)}
          </span>
        </li>
      ))}
    </ul>
  )
}
