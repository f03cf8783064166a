import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Patient } from '../../domain/kinds.ts'
import { api } from '../api.ts'
import { useDraft } from '../drafts.ts'
import { go } from '../place.ts'
import { useCommand } from '../queries.ts'
import { useMay } from '../session/session.ts'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Form, focusFirstWrong } from '../ui/Form.tsx'
import { Keys } from '../ui/Keys.tsx'
import { offerUndo } from '../ui/undo.ts'
import { PersonFields } from './PersonFields.tsx'
import { patchOf, personOf, problemsOf, undoOf } from './person.ts'
import styles from './Register.module.css'

/** The same fields as for a new patient, filled in. Only what was changed is sent, and it can be taken back. */
export function DetailsForm({ patient }: { patient: Patient }) {
  const { t, i18n } = useTranslation()
  const today = new Date()
  const [before, setBefore] = useState(() => personOf(patient, i18n.language))
  const [person, setPerson, forget] = useDraft(`details:${patient.id}`, before)
  const [tried, setTried] = useState(false)
  const change = useCommand('patient.change')
  const queue = useCommand('visit.open')
  const mayWrite = useMay('patient:write')
  const treats = useMay('note:write')
  const mayQueue = useMay('visit:write') && !treats
  const mayChart = useMay('chart:read')
  const first = useRef<HTMLInputElement>(null)
  const fields = useRef<HTMLFieldSetElement>(null)
  useEffect(() => first.current?.focus(), [])
  const problems = required(patient, problemsOf(person, today))

  const save = async () => {
    setTried(true)
    if (!mayWrite || change.busy) return
    if (Object.keys(problems).length > 0) return focusFirstWrong(fields.current)
    const patch = patchOf(patient, before, person, today)
    if (Object.keys(patch).length === 0) return offerUndo({ text: t('patients.details.nothing') })
    try {
      await change.run({ id: patient.id, patch })
      forget()
      setBefore(person)
      const undo = async () => {
        await api('patient.change', { id: patient.id, patch: undoOf(patient, patch) })
        setPerson(before)
        setBefore(before)
      }
      offerUndo({ text: t('patients.details.saved'), undo })
    } catch {
      // Said by the note below; what was typed stands.
    }
  }

  const addToQueue = async () => {
    try {
      const { encounter } = await queue.run({ patient: patient.id })
      offerUndo({ text: t('patients.details.queued', { token: encounter.token ?? '' }) })
      go({ name: 'home' })
    } catch {
      // Said by the note below.
    }
  }

  return (
    <Form onFinish={save} label={t('patients.details.title')}>
      <fieldset ref={fields} disabled={!mayWrite} className={styles.fields}>
        <PersonFields
          person={person}
          onChange={(part) => setPerson((is) => ({ ...is, ...part }))}
          problems={tried ? problems : {}}
          firstRef={first}
        />
      </fieldset>
      <ErrorNote error={change.error ?? queue.error} />
      <div className={styles.buttons}>
        {mayWrite && (
          <Button type="submit" aria-disabled={change.busy} rightSection={<Keys of="finish" />}>
            {t('patients.details.save')}
          </Button>
        )}
        {mayQueue && (
          <Button variant="default" aria-disabled={queue.busy} onClick={() => void addToQueue()}>
            {t('patients.details.visit')}
          </Button>
        )}
        {mayChart && (
          <Button variant="subtle" onClick={() => go({ name: 'chart', patient: patient.id })}>
            {t('patients.details.chart')}
          </Button>
        )}
      </div>
    </Form>
  )
}

/** An imported patient may lack what we ask of a new one; saving a phone number must not depend on an age. */
function required(patient: Patient, problems: ReturnType<typeof problemsOf>): ReturnType<typeof problemsOf> {
  if (patient.birthDate || problems.birth !== 'birth') return problems
  const { birth: _missing, ...rest } = problems
  return rest
}
