import { TextInput, type TextInputProps } from '@mantine/core'
import type { ReactNode } from 'react'
import styles from './Field.module.css'

interface Props extends Omit<TextInputProps, 'onChange' | 'error' | 'value' | 'description' | 'label' | 'size'> {
  label: string
  value: string
  onChange: (value: string) => void
  /** What to type, when the label does not say it. Stands under the field. */
  hint?: ReactNode
  /** What is wrong, as a sentence. */
  error?: string | undefined
  /** Required fields are marked by a word rather than a star: most of ours are few. */
  required?: boolean
}

/** A line of text with its label above it, a hint and an error below. The plain case of every form. */
export function Field({ label, value, onChange, hint, error, required, ...rest }: Props) {
  return (
    <TextInput
      {...rest}
      label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      description={hint}
      error={error}
      required={required ?? false}
      withAsterisk={false}
      autoComplete="off"
      spellCheck={false}
      className={`${styles.field ?? ''} ${rest.className ?? ''}`}
    />
  )
}
