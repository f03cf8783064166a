import { IconSearch, IconUserPlus } from '@tabler/icons-react'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PatientHit } from '../../engine/api-shapes.ts'
import { useOpenPatient } from '../patients/open-patient.ts'
import { PatientLine } from '../patients/PatientLine.tsx'
import { go } from '../place.ts'
import { useApi } from '../queries.ts'
import { useMay } from '../session/session.ts'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Keys } from '../ui/Keys.tsx'
import { useShortcut } from '../ui/keys.ts'
import { stepped } from '../ui/VirtualList.tsx'
import styles from './FindBox.module.css'

const SHOWN = 12

/** The one box that finds a patient, from anywhere. Recents before typing; registering is offered only after searching. */
export function FindBox() {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState(0)
  const box = useRef<HTMLInputElement>(null)
  const id = useId()
  const mayRegister = useMay('patient:write')
  const openPatient = useOpenPatient()
  const typed = text.trim()
  const found = useApi('patient.search', { text: typed, limit: SHOWN }, { enabled: open, keep: true })
  const hits = found.data?.results ?? []
  // Only an answer to what stands in the box now can say that there is nobody of that name.
  const offersNew = mayRegister && typed !== '' && found.isSuccess && !found.isPlaceholderData
  const count = hits.length + (offersNew ? 1 : 0)
  // Enter faster than the search (a scanner's is): it must not open whom the search before had found.
  const settled = found.isSuccess && !found.isPlaceholderData
  const [entered, setEntered] = useState<{ seen: string | undefined }>()

  useShortcut('find', () => {
    box.current?.focus()
    box.current?.select()
    setOpen(true)
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: new text starts again at the first row
  useEffect(() => setActive(0), [typed])

  const leave = () => {
    setText('')
    setOpen(false)
    box.current?.blur()
  }
  const choose = (index: number) => {
    const hit: PatientHit | undefined = hits[index]
    if (hit) openPatient(hit.id)
    else if (offersNew) go({ name: 'register', text: typed })
    else return
    leave()
  }

  useEffect(() => {
    if (!entered || !settled) return
    setEntered(undefined)
    // One answer is the one that was meant, and so is the one that was marked when Enter was pressed, if it still
    // stands first; of several others a person chooses.
    if (hits.length === 1 || (entered.seen !== undefined && hits[0]?.id === entered.seen)) choose(0)
  })

  const onKeyDown = (event: KeyboardEvent) => {
    const to = event.key === 'Home' || event.key === 'End' ? undefined : stepped(event.key, active, count)
    if (to !== undefined) setActive(to)
    else if (event.key === 'Enter') settled ? choose(active) : setEntered({ seen: hits[active]?.id })
    else if (event.key === 'Escape') leave()
    else return
    event.preventDefault()
    if (to !== undefined) setOpen(true)
  }

  return (
    <search className={styles.find}>
      <div className={styles.box}>
        <IconSearch size={16} aria-hidden="true" className={styles.icon} />
        <input
          ref={box}
          className={styles.input}
          type="text"
          role="combobox"
          aria-label={t('frame.find')}
          aria-keyshortcuts="Control+K"
          aria-expanded={open}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={open && count > 0 ? `${id}-${active}` : undefined}
          placeholder={t('frame.findHint')}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value)
            setEntered(undefined)
            setOpen(true)
          }}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={onKeyDown}
        />
        <Keys of="find" />
      </div>
      {open && (
        // biome-ignore lint/a11y/noStaticElementInteractions: pressing the list must not take the focus from the box
        <div className={styles.panel} onMouseDown={(event) => event.preventDefault()} role="presentation">
          <ErrorNote error={found.error} />
          {!typed && hits.length > 0 && <div className={styles.heading}>{t('frame.recent')}</div>}
          <div
            role="listbox"
            id={`${id}-list`}
            aria-label={typed ? t('frame.found') : t('frame.recent')}
            aria-busy={!settled}
            data-driven="true"
          >
            {hits.map((hit, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the box has the keys
              // biome-ignore lint/a11y/useFocusableInteractive: the box keeps the focus
              <div
                key={hit.id}
                id={`${id}-${index}`}
                role="option"
                aria-selected={index === active}
                className={styles.row}
                onMouseMove={() => setActive(index)}
                onClick={() => choose(index)}
              >
                <PatientLine hit={hit} />
              </div>
            ))}
            {offersNew && (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the box has the keys
              // biome-ignore lint/a11y/useFocusableInteractive: the box keeps the focus
              <div
                id={`${id}-${hits.length}`}
                role="option"
                aria-selected={active === hits.length}
                className={`${styles.row} ${styles.new}`}
                onMouseMove={() => setActive(hits.length)}
                onClick={() => choose(hits.length)}
              >
                <IconUserPlus size={16} aria-hidden="true" />
                {t('frame.registerNew', { what: typed })}
              </div>
            )}
          </div>
          {hits.length === 0 && found.isSuccess && (
            <p className={styles.none} role="status">
              {typed ? t('frame.nobody', { what: typed }) : t('frame.noRecent')}
            </p>
          )}
        </div>
      )}
    </search>
  )
}
