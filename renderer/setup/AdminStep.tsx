import { Button, Checkbox } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PasswordField } from '../session/PasswordField.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Field } from '../ui/Field.tsx'
import { Form } from '../ui/Form.tsx'
import type { Answers } from './Setup.tsx'
import styles from './Steps.module.css'
import { StrengthMeter } from './StrengthMeter.tsx'
import { readsAsPassword } from './strength.ts'

interface Props {
  text: string
  answers: Answers
  onChange: (part: Partial<Answers>) => void
  busy: boolean
  error: unknown
  onBack: () => void
  onDone: () => void
}

const LOGIN = /^[\p{L}\p{N}.-]{2,32}$/u

/** The person who sets the clinic up. In a small one the doctor is also the admin, so that is what is offered. */
export function AdminStep({ text, answers, onChange, busy, error, onBack, onDone }: Props) {
  const { t } = useTranslation()
  const [tried, setTried] = useState(false)
  const first = useRef<HTMLInputElement>(null)
  useEffect(() => first.current?.focus(), [])
  const wrong = {
    name: answers.name.trim() === '' ? t('setup.missing.name') : undefined,
    login: LOGIN.test(answers.login.trim()) ? undefined : t('setup.missing.login'),
    password: readsAsPassword(answers.password) ? undefined : t('setup.missing.password'),
  }
  const finish = () => {
    setTried(true)
    if (!Object.values(wrong).some(Boolean)) onDone()
  }
  const shown = (problem: string | undefined) => (tried ? problem : undefined)
  return (
    <Form onFinish={finish} className={styles.form} label={t('setup.admin.title')}>
      <p className={styles.text}>{text}</p>
      <Field
        ref={first}
        label={t('setup.admin.name')}
        value={answers.name}
        onChange={(name) => onChange({ name })}
        error={shown(wrong.name)}
        required
        maxLength={200}
      />
      <Field
        label={t('setup.admin.login')}
        hint={t('setup.admin.loginHint')}
        value={answers.login}
        onChange={(login) => onChange({ login })}
        error={shown(wrong.login)}
        required
        maxLength={32}
        autoCapitalize="none"
      />
      <PasswordField
        isNew
        label={t('setup.admin.password')}
        hint={t('setup.admin.passwordHint')}
        value={answers.password}
        onChange={(password) => onChange({ password })}
        error={shown(wrong.password)}
      />
      <StrengthMeter password={answers.password} />
      <Checkbox
        label={t('setup.admin.treats')}
        checked={answers.treats}
        onChange={(event) => onChange({ treats: event.currentTarget.checked })}
      />
      {answers.treats && (
        <div>
          <div className={styles.pair}>
            <Field
              label={t('setup.admin.qualification')}
              value={answers.qualification}
              onChange={(qualification) => onChange({ qualification })}
            />
            <Field
              label={t('setup.admin.registration')}
              value={answers.registrationNumber}
              onChange={(registrationNumber) => onChange({ registrationNumber })}
            />
          </div>
        </div>
      )}
      <ErrorNote error={error} />
      <div className={styles.buttons}>
        <Button variant="default" onClick={onBack} disabled={busy}>
          {t('setup.back')}
        </Button>
        <Button type="submit" aria-disabled={busy}>
          {busy ? t('setup.admin.creating') : t('setup.admin.create')}
        </Button>
      </div>
    </Form>
  )
}
