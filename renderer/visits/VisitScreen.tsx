import { Button, SegmentedControl } from '@mantine/core'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { yearsOn } from '../../domain/age.ts'
import { localDay } from '../../domain/dates.ts'
import type { Chart, Visit } from '../../engine/api-shapes.ts'
import { api } from '../api.ts'
import { useFormat } from '../format/use-format.ts'
import { go } from '../place.ts'
import { queries, useApi, useCommand } from '../queries.ts'
import { useMay, useSession } from '../session/session.ts'
import { Banner } from '../ui/Banner.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Keys } from '../ui/Keys.tsx'
import { useShortcut } from '../ui/keys.ts'
import { Loading } from '../ui/Loading.tsx'
import { Note } from '../ui/Note.tsx'
import { offerUndo } from '../ui/undo.ts'
import { useOnce } from '../ui/use-once.ts'
import { Diagnoses } from './Diagnoses.tsx'
import { NoteSection } from './NoteSection.tsx'
import { Prescription } from './Prescription.tsx'
import { type PaperSize, PrescriptionSheet } from './PrescriptionSheet.tsx'
import { sheetOf } from './prescription-sheet.ts'
import { Reference } from './Reference.tsx'
import { SignedNotes } from './SignedNotes.tsx'
import { isEmpty, isSame, sectionsOf, textOf, useNote } from './use-note.ts'
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
  // What was signed last stands until an amendment to it is signed too.
  const standing = visit.signed.at(-1)
  const signed = standing !== undefined
  const [amending, setAmending] = useState(signed && note?.status === 'preliminary')
  const writes = mayWriteNote && (!signed || amending)
  const page = useRef<HTMLDivElement>(null)
  const printButton = useRef<HTMLButtonElement>(null)
  const writing = useNote(encounter.id, note)
  const sign = useCommand('visit.sign')
  const drop = useCommand('visit.dropAmendment')
  const print = useCommand('shell.print')
  const practitioners = useApi('practitioner.list', {})
  const [problem, setProblem] = useState<string>()
  const [size, setSize] = useState<PaperSize>('A5')

  const onPaper = standing ?? note
  // Who signed; until then who prescribed, which need not be the one who began the visit.
  const prescriber = visit.medications.at(-1)?.requester
  const practitionerId = standing?.author ?? prescriber ?? note?.author ?? user.practitioner ?? encounter.practitioner
  const sheet = sheetOf({
    facility,
    patient,
    practitioner: practitioners.data?.practitioners.find((it) => it.id === practitionerId),
    signer: onPaper?.signedBy ?? user.name,
    date: encounter.start ?? new Date().toISOString(),
    note: onPaper,
    conditions: visit.conditions,
    medications: visit.medications,
  })
  const years = patient.birthDate ? yearsOn(patient.birthDate, localDay(new Date())) : undefined

  const signNote = useOnce(async () => {
    if (!writes) return
    setProblem(undefined)
    if (isEmpty(writing.text)) return setProblem(t('visits.sign.empty'))
    if (isSame(writing.text, textOf(standing)) && signed) return setProblem(t('visits.sign.unchanged'))
    try {
      await writing.flush()
      await sign.run({ encounter: encounter.id })
    } catch {
      // The draft's state and the refusal say what went wrong; every word is still on the page.
      return
    }
    setAmending(false)
    offerUndo({ text: t(signed ? 'visits.sign.amended' : 'visits.sign.done') })
    requestAnimationFrame(() => printButton.current?.focus())
  })
  const amend = () => {
    writing.restart(standing)
    setAmending(true)
    requestAnimationFrame(intoNote)
  }
  const stopAmending = async () => {
    const typed = sectionsOf(writing.text)
    const changed = !isSame(writing.text, textOf(standing))
    setProblem(undefined)
    try {
      // A save that is under way would bring back what is being given up.
      await writing.flush()
      const now = queries.getQueryData<Visit>(['visit.get', { encounter: encounter.id }])
      if (now?.note?.status === 'preliminary') await drop.run({ encounter: encounter.id })
    } catch {
      return
    }
    writing.restart(standing)
    setAmending(false)
    requestAnimationFrame(() => printButton.current?.focus())
    if (!changed) return
    const undo = () =>
      api('visit.saveNote', { encounter: encounter.id, sections: typed }).then(({ note: again }) => {
        writing.restart(again)
        setAmending(true)
      })
    offerUndo({ text: t('visits.sign.dropped'), undo })
  }
  const printSheet = useOnce(async () => {
    await writing.flush().catch(() => undefined)
    try {
      const { printed } = await print.run({})
      if (!printed) return
      await api('visit.notePrint', { encounter: encounter.id })
      queries.setQueryData<Visit>(['visit.get', { encounter: encounter.id }], (it) => it && { ...it, printed: true })
    } catch {
      // What the printer or the engine said is shown at the foot of the page.
    }
  })
  useShortcut('finish', signNote, writes)
  useShortcut('amend', amend, signed && mayWriteNote && !amending)
  useShortcut('print', printSheet)
  useShortcut('toChart', () => go({ name: 'chart', patient: patient.id }))

  const section = {
    onWrite: writes ? writing.write : undefined,
    onLeave: () => void writing.flush().catch(() => undefined),
  }
  const author = user.practitioner
  const text = writes || !signed ? writing.text : textOf(standing)
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
            <SignedNotes signed={visit.signed} />
            {amending && mayWriteNote && <Note tone="caution">{t('visits.sign.amending')}</Note>}
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
            <NoteSection section="complaint" text={text.complaint} {...section} />
            <NoteSection section="examination" text={text.examination} {...section} />
            <Diagnoses
              patient={patient.id}
              encounter={encounter.id}
              recorder={author}
              diagnoses={visit.conditions}
              problems={chart.conditions}
              readOnly={signed || !mayPrescribe}
            />
            <NoteSection section="assessment" text={text.assessment} {...section} />
            <Prescription
              patient={patient.id}
              encounter={encounter.id}
              requester={author}
              medicines={visit.medications}
              readOnly={signed || !mayPrescribe}
              signed={signed}
            />
            <NoteSection section="advice" text={text.advice} {...section} />
            <NoteSection section="follow-up" text={text['follow-up']} {...section} />
            {mayPrescribe && practitioners.isSuccess && sheet.missing.includes('registration') && (
              <Note tone="caution">{t('visits.sheet.missingRegistration')}</Note>
            )}
          </div>
          <div className={styles.foot}>
            <span className={styles.state} data-state={problem ? 'failed' : writing.state} aria-live="polite">
              {problem ??
                (signed && !writes
                  ? t('visits.sign.sealed')
                  : writes && !(writing.state === 'saved' && (isEmpty(writing.text) || note?.status !== 'preliminary'))
                    ? t(`visits.note.${writing.state}`)
                    : '')}
            </span>
            <ErrorNote error={sign.error ?? drop.error ?? print.error} />
            <SegmentedControl
              aria-label={t('visits.sign.size')}
              data={['A5', 'A4']}
              value={size}
              onChange={(value) => setSize(value as PaperSize)}
              size="xs"
            />
            <Button
              ref={printButton}
              variant={writes ? 'default' : 'filled'}
              onClick={printSheet}
              loading={print.busy}
              aria-keyshortcuts="Control+P"
            >
              {t('visits.sign.print')}
            </Button>
            {signed && mayWriteNote && !amending && (
              <Button variant="default" onClick={amend} rightSection={<Keys of="amend" />} aria-keyshortcuts="Alt+A">
                {t('visits.sign.amend')}
              </Button>
            )}
            {amending && mayWriteNote && (
              <Button variant="default" onClick={() => void stopAmending()} loading={drop.busy}>
                {t('visits.sign.drop')}
              </Button>
            )}
            {writes && (
              <>
                <Button data-stop onClick={signNote} loading={sign.busy} aria-keyshortcuts="Control+Enter">
                  {t(signed ? 'visits.sign.amendButton' : 'visits.sign.button')}
                </Button>
                <Keys of="finish" />
              </>
            )}
          </div>
        </section>
        <Reference chart={chart} encounter={encounter.id} />
      </div>
      <PrescriptionSheet sheet={sheet} size={size} reprint={visit.printed} />
    </div>
  )
}
