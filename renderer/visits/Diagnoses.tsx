import { ActionIcon } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import type { KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Concept } from '../../domain/fields.ts'
import type { Condition } from '../../domain/kinds.ts'
import { api } from '../api.ts'
import { useCommand } from '../queries.ts'
import { CodePicker } from '../ui/CodePicker.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { offerUndo } from '../ui/undo.ts'
import { Labeled, nextStop } from './NoteSection.tsx'
import styles from './visit.module.css'

interface Props {
  patient: string
  encounter: string
  recorder: string | undefined
  diagnoses: readonly Condition[]
  /** Current problems of the patient: one that is known already is said to be. */
  problems: readonly Condition[]
  readOnly: boolean
}

/** The visit's diagnoses: typed, picked with Enter, and ready for the next. */
export function Diagnoses({ patient, encounter, recorder, diagnoses, problems, readOnly }: Props) {
  const { t } = useTranslation()
  const add = useCommand('condition.add')
  const change = useCommand('condition.change')
  const retract = (id: string) => change.run({ id, patch: { verificationStatus: 'entered-in-error' } })
  const shown = diagnoses.filter((it) => it.verificationStatus !== 'entered-in-error')

  const pick = (code: Concept) => {
    if (shown.some((it) => it.code.display === code.display)) return
    add
      .run({
        patient,
        encounter,
        code,
        category: 'encounter-diagnosis',
        clinicalStatus: 'active',
        verificationStatus: 'confirmed',
        recorded: new Date().toISOString(),
        ...(recorder ? { recorder } : {}),
      })
      .then(
        ({ condition }) =>
          offerUndo({ text: t('visits.diagnoses.added', { name: code.display }), undo: () => retract(condition.id) }),
        () => undefined,
      )
  }
  const remove = (it: Condition) => {
    retract(it.id).then(
      () =>
        offerUndo({
          text: t('visits.diagnoses.removed', { name: it.code.display }),
          undo: () => change.run({ id: it.id, patch: { verificationStatus: it.verificationStatus ?? null } }),
        }),
      () => undefined,
    )
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const { target } = event
    if (event.key !== 'Enter' || event.defaultPrevented || event.ctrlKey || event.metaKey) return
    if (!(target instanceof HTMLInputElement) || target.value !== '') return
    event.preventDefault()
    nextStop(target)?.focus()
  }

  if (readOnly && shown.length === 0) return null
  return (
    <Labeled label={t('visits.diagnoses.title')}>
      {shown.length > 0 && (
        <ul className={styles.lines}>
          {shown.map((it) => (
            <li key={it.id} className={styles.entry}>
              <span className={styles.code}>{it.code.code}</span>
              <span className={`${styles.grow} ${styles.name} selectable`}>{it.code.display}</span>
              {problems.some((known) => known.id !== it.id && known.code.code && known.code.code === it.code.code) && (
                <span className={`${styles.quiet} ${styles.small}`}>{t('visits.diagnoses.known')}</span>
              )}
              {!readOnly && (
                <ActionIcon
                  size="sm"
                  variant="subtle"
                  color="gray"
                  aria-label={t('visits.diagnoses.remove', { name: it.code.display })}
                  onClick={() => remove(it)}
                >
                  <IconX size={14} />
                </ActionIcon>
              )}
            </li>
          ))}
        </ul>
      )}
      {!readOnly && (
        // biome-ignore lint/a11y/noStaticElementInteractions: only hears the Enter that its field did not use
        <div onKeyDown={onKeyDown}>
          <CodePicker
            hideLabel
            label={t('visits.diagnoses.search')}
            placeholder={t('visits.diagnoses.search')}
            name="icd10"
            search={async (text) => (await api('code.search', { system: 'icd10', text, limit: 20 })).codes}
            onPick={(it) => pick({ system: 'http://hl7.org/fhir/sid/icd-10', code: it.code, display: it.display })}
            onFreeText={(display) => pick({ display })}
          />
        </div>
      )}
      <ErrorNote error={add.error ?? change.error} />
    </Labeled>
  )
}
