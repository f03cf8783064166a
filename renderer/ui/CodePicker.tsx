import { Combobox, TextInput, useCombobox } from '@mantine/core'
import { IconStarFilled } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './CodePicker.module.css'
import { ErrorNote } from './ErrorNote.tsx'

export interface PickedCode {
  code: string
  display: string
  favorite?: boolean
}

interface Props {
  label: string
  /** Finds codes for what was typed. Called with '' for what to show before typing: the favorites. */
  search: (text: string) => Promise<readonly PickedCode[]>
  /** Tells searches apart in the cache: the code system, or what is being looked for. */
  name: string
  onPick: (picked: PickedCode) => void
  /** Lets what was typed be taken as it is, when no code fits. */
  onFreeText?: (text: string) => void
  placeholder?: string
  inputRef?: RefObject<HTMLInputElement | null>
  hideLabel?: boolean
}

/** Picks a code by typing a part of its words or of itself. Arrows move, Enter picks, and the box is ready for the next. */
export function CodePicker(props: Props) {
  const { label, search, name, onPick, onFreeText, placeholder, inputRef, hideLabel } = props
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const list = useCombobox({ onDropdownClose: () => list.resetSelectedOption() })
  const typed = text.trim()
  const found = useQuery({
    queryKey: ['code-picker', name, typed],
    queryFn: () => search(typed),
    enabled: list.dropdownOpened,
    placeholderData: (previous) => previous,
  })
  const codes = found.data ?? []

  // Enter faster than the search: what it takes is what is found for all that was typed, never what stood there before.
  const [entered, setEntered] = useState(false)
  const tooSoon = useRef(false)
  const settled = found.isSuccess && !found.isPlaceholderData
  useEffect(() => {
    if (!entered || !settled) return
    setEntered(false)
    tooSoon.current = false
    list.selectFirstOption()
    list.clickSelectedOption()
  }, [entered, settled, list])

  const pick = (value: string) => {
    // The library takes the marked row on Enter all the same, and that row is of the search before.
    if (tooSoon.current) return
    const picked = codes.find((it) => it.code === value)
    if (picked) onPick(picked)
    else onFreeText?.(typed)
    setText('')
    list.closeDropdown()
  }

  return (
    <Combobox store={list} onOptionSubmit={pick} transitionProps={{ duration: 0 }}>
      <Combobox.Target>
        <TextInput
          ref={inputRef ?? null}
          label={hideLabel ? undefined : label}
          aria-label={hideLabel ? label : undefined}
          placeholder={placeholder}
          value={text}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            setText(event.currentTarget.value)
            setEntered(false)
            tooSoon.current = false
            list.openDropdown()
            list.selectFirstOption()
          }}
          onFocus={() => list.openDropdown()}
          onBlur={() => list.closeDropdown()}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && typed && list.dropdownOpened && !settled) {
              event.preventDefault()
              setEntered(true)
              tooSoon.current = true
            }
            // Esc closes the list first; only with the list closed does it leave the page.
            if (event.key === 'Escape' && list.dropdownOpened) {
              event.preventDefault()
              list.closeDropdown()
            }
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options mah={288} className={styles.options} aria-label={label}>
          <ErrorNote error={found.error} />
          {codes.map((it) => (
            <Combobox.Option value={it.code} key={it.code} className={styles.option ?? ''}>
              <span className={styles.code}>{it.code}</span>
              <span className={styles.display}>{it.display}</span>
              {it.favorite && <IconStarFilled size={12} aria-label={t('ui.favorite')} className={styles.star} />}
            </Combobox.Option>
          ))}
          {onFreeText && typed && (
            <Combobox.Option value={`\u0000${typed}`} className={styles.option ?? ''}>
              <span className={styles.free}>{t('ui.codes.asTyped', { what: typed })}</span>
            </Combobox.Option>
          )}
          {codes.length === 0 && !onFreeText && found.isSuccess && (
            <Combobox.Empty>{typed ? t('ui.codes.none', { what: typed }) : t('ui.codes.type')}</Combobox.Empty>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
