import { type KeyboardEvent, type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { Section } from './use-note.ts'
import styles from './visit.module.css'

interface Props {
  section: Section
  text: string
  /** Absent once the note is signed: it is then read, not written. */
  onWrite: ((section: Section, text: string) => void) | undefined
  onLeave: () => void
}

/** One part of the note. Enter makes a new line; Enter on an empty line goes on, so that no hand leaves the keys. */
export function NoteSection({ section, text, onWrite, onLeave }: Props) {
  const { t } = useTranslation()
  const id = useId()
  if (!onWrite && !text) return null
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== 'Enter' || event.shiftKey || event.ctrlKey || event.metaKey || event.nativeEvent.isComposing)
      return
    const { value, selectionStart, selectionEnd } = event.currentTarget
    const atEnd = selectionStart === selectionEnd && value.slice(selectionEnd).trim() === ''
    const onEmptyLine = value.slice(0, selectionStart).split('\n').at(-1)?.trim() === ''
    if (!atEnd || !onEmptyLine) return
    event.preventDefault()
    onWrite?.(section, value.trimEnd())
    onLeaveTo(event.currentTarget)
  }
  const onLeaveTo = (from: HTMLElement) => {
    onLeave()
    nextStop(from)?.focus()
  }
  return (
    <Labeled label={t(`visits.note.${section}`)} htmlFor={id}>
      {onWrite ? (
        <textarea
          id={id}
          className={styles.writing}
          rows={1}
          value={text}
          placeholder={t(`visits.note.placeholders.${section}`)}
          onChange={(event) => onWrite(section, event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onBlur={onLeave}
        />
      ) : (
        <div className={`${styles.written} selectable`}>{text}</div>
      )}
    </Labeled>
  )
}

/** A part of the visit's page: what it is on the left, the work on the right. */
export function Labeled({ label, htmlFor, children }: { label: string; htmlFor?: string; children: ReactNode }) {
  return (
    <div className={styles.section}>
      {htmlFor ? (
        <label htmlFor={htmlFor} className={styles.sectionLabel}>
          {label}
        </label>
      ) : (
        <div className={styles.sectionLabel}>{label}</div>
      )}
      <div className={styles.block}>{children}</div>
    </div>
  )
}

/** The field that comes after one on the visit's page; buttons between them are passed over. */
export function nextStop(from: HTMLElement): HTMLElement | undefined {
  const page = from.closest('[data-stops]')
  const stops = [...(page?.querySelectorAll<HTMLElement>('input:not([disabled]), textarea, [data-stop]') ?? [])]
  return stops[stops.indexOf(from) + 1]
}
