import { Combobox, useCombobox } from '@mantine/core'
import { type RefObject, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { findPreparations, type Preparation, preparationAsTyped } from '../../domain/prescribing.ts'
import { medicineName } from '../chart/medicine.ts'
import styles from './visit.module.css'

interface Props {
  inputRef: RefObject<HTMLInputElement | null>
  onPick: (preparation: Preparation) => void
  /** Enter with nothing typed: no more medicines, on to the advice. */
  onLeave: () => void
}

/** Finds a preparation as it is typed. The list is in this page, so what Enter takes is always what is shown. */
export function MedicinePicker({ inputRef, onPick, onLeave }: Props) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const list = useCombobox({ onDropdownClose: () => list.resetSelectedOption() })
  const options = useMemo(() => {
    const found = findPreparations(typed)
    const own = preparationAsTyped(typed)
    // What was typed can always be taken as it is, last in the list.
    return own && !found.some((it) => medicineName(named(it)) === medicineName(named(own))) ? [...found, own] : found
  }, [typed])

  const pick = (index: number) => {
    const picked = options[index]
    if (!picked) return
    setTyped('')
    list.closeDropdown()
    onPick(picked)
  }

  return (
    <Combobox store={list} transitionProps={{ duration: 0 }} onOptionSubmit={(value) => pick(Number(value))}>
      <Combobox.Target>
        <input
          ref={inputRef}
          className={styles.vitalInput}
          value={typed}
          placeholder={t('visits.prescription.medicine')}
          aria-label={t('visits.prescription.medicine')}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            list.openDropdown()
            list.selectFirstOption()
          }}
          onBlur={() => list.closeDropdown()}
          onKeyDown={(event) => {
            if (event.key === 'Escape' && list.dropdownOpened) {
              event.preventDefault()
              list.closeDropdown()
            }
            if (event.key !== 'Enter' || event.ctrlKey || event.metaKey || event.nativeEvent.isComposing) return
            if (typed.trim() === '') {
              event.preventDefault()
              onLeave()
            } else if (list.getSelectedOptionIndex() < 0) {
              // Faster than the list could be drawn: the first one is what it would have pointed at.
              event.preventDefault()
              pick(0)
            }
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={options.length === 0}>
        <Combobox.Options mah={288} aria-label={t('visits.prescription.medicine')}>
          {options.map((it, i) => (
            <Combobox.Option key={medicineName(named(it))} value={String(i)}>
              {medicineName(named(it))}
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}

function named(it: Preparation) {
  return { ...it, medication: { display: it.name } }
}
