import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import type { Composition } from '../../domain/kinds.ts'
import { api } from '../api.ts'
import { Draft } from './draft.ts'

/** The parts of a visit's note, in the order in which they are written and read. */
export const SECTIONS = ['complaint', 'examination', 'assessment', 'advice', 'follow-up'] as const
export type Section = (typeof SECTIONS)[number]
export type NoteText = Record<Section, string>

/**
 * The note as it is being written. It starts as what the engine has and from then on is what was typed: an answer that
 * comes late never overwrites a word.
 */
export function useNote(encounter: string, note: Composition | undefined) {
  const [text, setText] = useState<NoteText>(() => textOf(note))
  const draft = useMemo(
    () =>
      new Draft<NoteText>({
        save: (value) => api('visit.saveNote', { encounter, sections: sectionsOf(value) }),
        delay: 400,
      }),
    [encounter],
  )
  const state = useSyncExternalStore(draft.subscribe, () => draft.state)
  // Leaving the page, by whatever way, saves what the pause in typing had not yet.
  useEffect(() => () => void draft.flush().catch(() => undefined), [draft])
  const write = useCallback(
    (section: Section, value: string) =>
      setText((before) => {
        const after = { ...before, [section]: value }
        draft.set(after)
        return after
      }),
    [draft],
  )
  return { text, state, write, flush: useCallback(() => draft.flush(), [draft]) }
}

/** Whether anything at all is written. */
export function isEmpty(text: NoteText): boolean {
  return SECTIONS.every((section) => text[section].trim() === '')
}

export function textOf(note: Pick<Composition, 'sections'> | undefined): NoteText {
  const of = (key: Section) => note?.sections.find((section) => section.key === key)?.text ?? ''
  return {
    complaint: of('complaint'),
    examination: of('examination'),
    assessment: of('assessment'),
    advice: of('advice'),
    'follow-up': of('follow-up'),
  }
}

function sectionsOf(text: NoteText): { key: string; text: string }[] {
  return SECTIONS.filter((key) => text[key].trim() !== '').map((key) => ({ key, text: text[key].trim() }))
}
