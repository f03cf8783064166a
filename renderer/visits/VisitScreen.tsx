import { Button, SegmentedControl } from '@mantine/core'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { yearsOn } from '../../domain/age.ts'
import { localDay } from '../../domain/dates.ts'
import type { Chart, Visit } from '../../engine/api-shapes.ts'
import { useFormat } from '../format/use-format.ts'
import { go } from '../place.ts'
import { useApi, useCommand } from '../queries.ts'
import { useMay, useSession } from '../session/session.ts'
import { Banner } from '../ui/Banner.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Keys } from '../ui/Keys.tsx'
import { useShortcut } from '../ui/keys.ts'
import { Loading } from '../ui/Loading.tsx'
import { Note } from '../ui/Note.tsx'
import { offerUndo } from '../ui/undo.ts'
import { Diagnoses } from './Diagnoses.tsx'
import { NoteSection } from './NoteSection.tsx'
import { Prescription } from './Prescription.tsx'
import { type PaperSize, PrescriptionSheet } from './PrescriptionSheet.tsx'
import { sheetOf } from './prescription-sheet.ts'
import { Reference } from './Reference.tsx'
import { isEmpty, useNote } from './use-note.ts'
import { VitalsStrip } from './VitalsStrip.tsx'
import styles from './visit.module.css'

/** One visit on one page: work on the left, what is known on the right. */
export function VisitScreen({ patient, encounter }: { patient: string; encounter: string }) {
  const visit = useApi('visit.get', { encounter })
  const chart = useApi('chart.get', { patient })
  const error = visit.error ?? chart.error
  if (error) return <ErrorNote error={error} onRetry={() => void visit.refetch()} />
  if (!visit.data || !chart.data) return <Loading rows={10} />
  return <Work key={encounter} visit={visit.data} chart={chart.data} />
}

function Work({ visit, chart }: { visit: Visit; chart: Chart }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { user, facility } = useSession()
  const mayWriteNote = useMay('note:write')
  const mayPrescribe = useMay('medication:write')
  const mayMeasure = useMay('observation:write')
  const { encounter, note } = visit
  const patient = chart.patient
  const signed = note !== undefined && note.status !== 'preliminary'
  const page = useRef<HTMLDivElement>(null)
  const printButton = useRef<HTMLButtonElement>(null)
  const writing = useNote(encounter.id, note)
  const sign = useCommand('visit.sign')
  const print = useCommand('shell.print')
  const practitioners = useApi('practitioner.list', {})
  const [problem, setProblem] = useState<string>()
  const [size, setSize] = useState<PaperSize>('A5')
  const [printed, setPrinted] = useState(0)

  const practitionerId = note?.author ?? encounter.practitioner ?? user.practitioner
  const sheet = sheetOf({
    facility,
    patient,
    practitioner: practitioners.data?.practitioners.find((it) => it.id === practitionerId),
    signer: note?.signedBy ?? user.name,
    date: encounter.start ?? new Date().toISOString(),
    note,
    conditions: visit.conditions,
    medications: visit.medications,
  })
  const years = patient.birthDate ? yearsOn(patient.birthDate, localDay(new Date())) : undefined

  const signNote = async () => {
    if (signed || !mayWriteNote) return
    setProblem(undefined)
    if (isEmpty(writing.text)) return setProblem(t('visits.sign.empty'))
    try {
      await writing.flush()
      await sign.run({ encounter: encounter.id })
    } catch {
      // The draft's state and the refusal say what went wrong; every word is still on the page.
      return
    }
    offerUndo({ text: t('visits.sign.done') })
    requestAnimationFrame(() => printButton.current?.focus())
  }
  const printSheet = async () => {
    await writing.flush().catch(() => undefined)
    await print.run({}).then(
      ({ printed: done }) => done && setPrinted((times) => times + 1),
      () => undefined,
    )
  }
  useShortcut('finish', () => void signNote(), !signed)
  useShortcut('print', () => void printSheet())
  useShortcut('toChart', () => go({ name: 'chart', patient: patient.id }))

  const section = {
    onWrite: signed || !mayWriteNote ? undefined : writing.write,
    onLeave: () => void writing.flush().catch(() => undefined),
  }
  const author = user.practitioner
  const intoNote = () => page.current?.querySelector<HTMLElement>('textarea')?.focus()

  return (
    <div className={styles.screen}>
      <Banner patient={patient} allergies={chart.allergies}>
        <span className={styles.visitFacts}>
          {encounter.token !== undefined && `${t('visits.token', { n: encounter.token })} · `}
          {encounter.start && t('visits.started', { when: format.when(encounter.start) })}
        </span>
        <Button
          size="compact-sm"
          variant="default"
          aria-keyshortcuts="Alt+C"
          onClick={() => go({ name: 'chart', patient: patient.id })}
        >
          {t('visits.openChart')}
        </Button>
      </Banner>
      <div className={styles.split}>
        <section className={styles.work} aria-label={t('visits.work')}>
          <div ref={page} className={styles.scroll} data-stops tabIndex={signed ? 0 : -1}>
            {signed && note.signedAt && (
              <Note>{t('visits.signed', { who: note.signedBy ?? '', when: format.dateTime(note.signedAt) })}</Note>
            )}
            {mayMeasure && !signed && (
              <VitalsStrip
                patient={patient.id}
                encounter={encounter.id}
                years={years}
                measured={visit.observations}
                performer={author}
                onDone={intoNote}
              />
            )}
            <NoteSection section="complaint" text={writing.text.complaint} {...section} />
            <NoteSection section="examination" text={writing.text.examination} {...section} />
            <Diagnoses
              patient={patient.id}
              encounter={encounter.id}
              recorder={author}
              diagnoses={visit.conditions}
              problems={chart.conditions}
              readOnly={signed || !mayPrescribe}
            />
            <NoteSection section="assessment" text={writing.text.assessment} {...section} />
            <Prescription
              patient={patient.id}
              encounter={encounter.id}
              requester={author}
              medicines={visit.medications}
              readOnly={signed || !mayPrescribe}
            />
            <NoteSection section="advice" text={writing.text.advice} {...section} />
            <NoteSection section="follow-up" text={writing.text['follow-up']} {...section} />
            {mayPrescribe && practitioners.isSuccess && sheet.missing.includes('registration') && (
              <Note tone="caution">{t('visits.sheet.missingRegistration')}</Note>
            )}
          </div>
          <div className={styles.foot}>
            <span className={styles.state} data-state={problem ? 'failed' : writing.state} aria-live="polite">
              {problem ??
                (signed
                  ? t('visits.sign.sealed')
                  : mayWriteNote && !(writing.state === 'saved' && isEmpty(writing.text))
                    ? t(`visits.note.${writing.state}`)
                    : '')}
            </span>
            <ErrorNote error={sign.error ?? print.error} />
            <SegmentedControl
              aria-label={t('visits.sign.size')}
              data={['A5', 'A4']}
              value={size}
              onChange={(value) => setSize(value as PaperSize)}
              size="xs"
            />
            <Button
              ref={printButton}
              variant={signed ? 'filled' : 'default'}
              onClick={() => void printSheet()}
              loading={print.busy}
              aria-keyshortcuts="Control+P"
            >
              {t('visits.sign.print')}
            </Button>
            {!signed && mayWriteNote && (
              <Button data-stop onClick={() => void signNote()} loading={sign.busy} aria-keyshortcuts="Control+Enter">
                {t('visits.sign.button')}
              </Button>
            )}
            {!signed && mayWriteNote && <Keys of="finish" />}
          </div>
        </section>
        <Reference chart={chart} encounter={encounter.id} />
      </div>
      <PrescriptionSheet sheet={sheet} size={size} reprint={printed > 0} />
    </div>
  )
}
