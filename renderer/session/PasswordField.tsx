import { PasswordInput } from '@mantine/core'
import { type KeyboardEvent, type Ref, useState } from 'react'
import { useTranslation } from 'react-i18next'

interface Props {
  label: string
  value: string
  onChange: (value: string) => void
  hint?: string
  error?: string | undefined
  inputRef?: Ref<HTMLInputElement>
  disabled?: boolean
  isNew?: boolean
  /** The first field of a dialog: the dialog puts the focus there when it opens. */
  first?: boolean
}

/** A password, which can be shown, and which says when Caps Lock is on. */
export function PasswordField({
  label,
  value,
  onChange,
  hint,
  error,
  inputRef,
  disabled = false,
  isNew = false,
  first = false,
}: Props) {
  const { t } = useTranslation()
  const [caps, setCaps] = useState(false)
  const watch = (event: KeyboardEvent) => setCaps(event.getModifierState('CapsLock'))
  return (
    <PasswordInput
      ref={inputRef ?? null}
      data-autofocus={first || undefined}
      label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={watch}
      onKeyUp={watch}
      description={caps ? t('session.capsLock') : hint}
      error={error}
      disabled={disabled}
      visibilityToggleButtonProps={{ 'aria-label': t('session.showPassword'), tabIndex: 0 }}
      autoComplete={isNew ? 'new-password' : 'current-password'}
    />
  )
}
