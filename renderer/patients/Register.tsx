import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDraft } from '../drafts.ts'
import { back, go } from '../place.ts'
import { useCommand } from '../queries.ts'
import { useMay } from '../session/session.ts'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Form, focusFirstWrong } from '../ui/Form.tsx'
import { Keys } from '../ui/Keys.tsx'
import { offerUndo } from '../ui/undo.ts'
import { Duplicates } from './Duplicates.tsx'
import { useOpenPatient } from './open-patient.ts'
import { PersonFields } from './PersonFields.tsx'
import { fieldsOf, NOBODY, personFromSearch, problemsOf } from './person.ts'
import styles from './Register.module.css'

/** A new patient: what is known already on the left, who is here already on the right. */
export function Register({ text }: { text: string | undefined }) {
  const { t } = useTranslation()
  const today = new Date()
  // A search that found nobody begins a new form; without one, what was left half done comes back.
  const [person, setPerson, forget] = useDraft(`register:${text ?? ''}`, text ? personFromSearch(text, today) : NOBODY)
  const [tried, setTried] = useState(false)
  const register = useCommand('patient.register')
  const queue = useCommand('visit.open')
  const openPatient = useOpenPatient()
  // Whoever treats opens a visit by starting it; anyone else by letting the patient take a seat.
  const treats = useMay('note:write')
  const first = useRef<HTMLInputElement>(null)
  const page = useRef<HTMLDivElement>(null)
  useEffect(() => first.current?.focus(), [])
  const problems = problemsOf(person, today)
  const busy = register.busy || queue.busy

  const save = async (thenQueue: boolean) => {
    setTried(true)
    if (busy) return
    if (Object.keys(problems).length > 0) return focusFirstWrong(page.current)
    try {
      const { patient } = await register.run(fieldsOf(person, today))
      forget()
      if (!thenQueue) return openPatient(patient.id)
      const { encounter } = await queue.run({ patient: patient.id })
      if (treats) return go({ name: 'visit', patient: patient.id, encounter: encounter.id }, { replace: true })
      offerUndo({ text: t('patients.details.queued', { token: encounter.token ?? '' }) })
      go({ name: 'home' }, { replace: true })
    } catch {
      // Said by the note below; the form stands as it was.
    }
  }

  return (
    <div ref={page} className={styles.page}>
      <Form onFinish={() => save(true)} className={styles.form} label={t('patients.form.title')}>
        <h1 className={styles.title}>{t('patients.form.title')}</h1>
        <PersonFields
          person={person}
          onChange={(part) => setPerson((before) => ({ ...before, ...part }))}
          problems={tried ? problems : {}}
          firstRef={first}
        />
        <ErrorNote error={register.error ?? queue.error} />
        <div className={styles.buttons}>
          <Button type="submit" aria-disabled={busy} rightSection={<Keys of="finish" />}>
            {treats ? t('patients.form.saveAndStart') : t('patients.form.saveAndQueue')}
          </Button>
          <Button variant="default" aria-disabled={busy} onClick={() => void save(false)}>
            {t('patients.form.save')}
          </Button>
          <Button variant="subtle" onClick={back}>
            {t('patients.form.cancel')}
          </Button>
          <span className={styles.kept}>{t('patients.form.kept')}</span>
        </div>
      </Form>
      <Duplicates person={person} onOpen={openPatient} />
    </div>
  )
}
