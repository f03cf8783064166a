import { useTranslation } from 'react-i18next'
import type { Composition } from '../../domain/kinds.ts'
import { useFormat } from '../format/use-format.ts'
import { Note } from '../ui/Note.tsx'
import { SECTIONS, textOf } from './use-note.ts'
import styles from './visit.module.css'

/** Who signed the note and when, who amended it, and what it said before: nothing that was signed goes out of sight. */
export function SignedNotes({ signed }: { signed: readonly Composition[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (signed.length === 0) return null
  const facts = (note: Composition) => ({
    who: note.signedBy ?? '',
    when: note.signedAt ? format.dateTime(note.signedAt) : t('chart.unknownDate'),
  })
  return (
    <div className={styles.signed}>
      <Note>
        {signed.map((note, i) => (
          <div key={note.id}>{t(i === 0 ? 'visits.signed' : 'visits.amended', facts(note))}</div>
        ))}
      </Note>
      {signed
        .slice(0, -1)
        .toReversed()
        .map((note) => (
          <details key={note.id} className={styles.earlier}>
            <summary>{t('visits.earlier', facts(note))}</summary>
            <Text note={note} />
          </details>
        ))}
    </div>
  )
}

function Text({ note }: { note: Composition }) {
  const { t } = useTranslation()
  const text = textOf(note)
  return (
    <dl className="selectable">
      {SECTIONS.filter((section) => text[section]).map((section) => (
        <div key={section} className={styles.section}>
          <dt className={styles.sectionLabel}>{t(`visits.note.${section}`)}</dt>
          <dd className={styles.written}>{text[section]}</dd>
        </div>
      ))}
    </dl>
  )
}
