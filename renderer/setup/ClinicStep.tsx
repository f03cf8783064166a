import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Field } from '../ui/Field.tsx'
import { Form } from '../ui/Form.tsx'
import type { Answers } from './Setup.tsx'
import styles from './Steps.module.css'

interface Props {
  text: string
  answers: Answers
  onChange: (part: Partial<Answers>) => void
  onDone: () => void
}

/** What the clinic is called. */
export function ClinicStep({ text, answers, onChange, onDone }: Props) {
  const { t } = useTranslation()
  const [tried, setTried] = useState(false)
  const first = useRef<HTMLInputElement>(null)
  useEffect(() => first.current?.focus(), [])
  const missing = answers.facility.trim() === ''
  const finish = () => {
    setTried(true)
    if (missing) first.current?.focus()
    else onDone()
  }
  return (
    <Form onFinish={finish} className={styles.form} label={t('setup.clinic.title')}>
      <p className={styles.text}>{text}</p>
      <Field
        ref={first}
        label={t('setup.clinic.facility')}
        hint={t('setup.clinic.facilityHint')}
        value={answers.facility}
        onChange={(facility) => onChange({ facility })}
        error={tried && missing ? t('setup.missing.facility') : undefined}
        required
        maxLength={200}
      />
      <div className={styles.buttons}>
        <span />
        <Button type="submit">{t('setup.next')}</Button>
      </div>
    </Form>
  )
}
