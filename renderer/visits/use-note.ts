import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react'
import type { Composition } from '../../domain/kinds.ts'
import type { Visit } from '../../engine/api-shapes.ts'
import { api } from '../api.ts'
import { useDraft } from '../drafts.ts'
import { queries } from '../queries.ts'
import { Draft } from './draft.ts'

/** The parts of a visit's note, in the order in which they are written and read. */
export const SECTIONS = ['complaint', 'examination', 'assessment', 'advice', 'follow-up'] as const
export type Section = (typeof SECTIONS)[number]
export type NoteText = Record<Section, string>

/**
 * The note as it is being written. It starts as what the engine has, or as what was typed here and is not saved yet; from
 * then on it is what was typed: an answer that comes late never overwrites a word.
 */
export function useNote(encounter: string, note: Composition | undefined) {
  const [text, setText, forget] = useDraft<NoteText>(`visit:${encounter}`, textOf(note))
  const draft = useMemo(
    () =>
      new Draft<NoteText>({
        save: async (value) => {
          const { note: saved } = await api('visit.saveNote', { encounter, sections: sectionsOf(value) })
          // Whoever comes back to this visit begins from what was saved, not from what was read before it.
          queries.setQueryData<Visit>(['visit.get', { encounter }], (visit) => visit && { ...visit, note: saved })
        },
        delay: 400,
      }),
    [encounter],
  )
  const state = useSyncExternalStore(draft.subscribe, () => draft.state)
  // Leaving the page, by whatever way, saves what the pause in typing had not yet. Until then memory keeps it.
  useEffect(() => {
    const settled = draft.subscribe(() => draft.state === 'saved' && forget())
    return () => {
      draft.flush().then(settled, settled)
    }
  }, [draft, forget])
  const write = useCallback(
    (section: Section, value: string) =>
      setText((before) => {
        const after = { ...before, [section]: value }
        draft.set(after)
        return after
      }),
    [draft, setText],
  )
  /** Begins again from what stands; what was typed and not saved is given up. */
  const restart = useCallback(
    (from: Composition | undefined) => {
      draft.discard()
      setText(textOf(from))
      forget()
    },
    [draft, setText, forget],
  )
  return { text, state, write, restart, flush: useCallback(() => draft.flush(), [draft]) }
}

/** Whether both say the same, but for spaces at the ends. */
export function isSame(a: NoteText, b: NoteText): boolean {
  return SECTIONS.every((section) => a[section].trim() === b[section].trim())
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

/** As the engine takes it: without the parts in which nothing is written. */
export function sectionsOf(text: NoteText): { key: string; text: string }[] {
  return SECTIONS.filter((key) => text[key].trim() !== '').map((key) => ({ key, text: text[key].trim() }))
}
