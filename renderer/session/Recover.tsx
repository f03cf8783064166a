import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCommand } from '../queries.ts'
import { RecoveryCodes } from '../setup/RecoveryCodes.tsx'
import { StrengthMeter } from '../setup/StrengthMeter.tsx'
import { MIN_PASSWORD, readsAsPassword } from '../setup/strength.ts'
import { Cover } from '../ui/Cover.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Field } from '../ui/Field.tsx'
import { Form } from '../ui/Form.tsx'
import { LanguageSwitch } from './LanguageSwitch.tsx'
import { PasswordField } from './PasswordField.tsx'
import styles from './SignIn.module.css'

interface Props {
  facility: string | undefined
  onBack: () => void
  onEntered: () => void
}

/** A printed code sets a new password; the code that takes its place has to be kept before the clinic opens. */
export function Recover({ facility, onBack, onEntered }: Props) {
  const { t } = useTranslation()
  const [code, setCode] = useState('')
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  const [newCode, setNewCode] = useState<string>()
  const { run, busy, error } = useCommand('session.recover')
  const first = useRef<HTMLInputElement>(null)
  useEffect(() => first.current?.focus(), [])

  const recover = () => {
    setTried(true)
    if (busy || !code.trim() || !login.trim() || !readsAsPassword(password)) return
    run({ code: code.trim(), login: login.trim(), newPassword: password }).then(
      ({ recoveryCode }) => setNewCode(recoveryCode),
      () => first.current?.focus(),
    )
  }

  if (newCode)
    return (
      <Cover title={t('session.recover.newTitle')} above={facility}>
        <p className={styles.text}>{t('session.recover.newText')}</p>
        <div className={styles.form}>
          <RecoveryCodes codes={[newCode]} facility={facility ?? ''} />
          <Button onClick={onEntered}>{t('session.recover.done')}</Button>
        </div>
      </Cover>
    )
  return (
    <Cover title={t('session.recover.title')} above={facility} foot={<LanguageSwitch />}>
      <p className={styles.text}>{t('session.recover.text')}</p>
      <Form onFinish={recover} className={styles.form} label={t('session.recover.title')}>
        <Field
          ref={first}
          label={t('session.recover.code')}
          value={code}
          onChange={setCode}
          error={tried && !code.trim() ? t('setup.missing.code') : undefined}
        />
        <Field
          label={t('session.recover.login')}
          value={login}
          onChange={setLogin}
          error={tried && !login.trim() ? t('setup.missing.login') : undefined}
        />
        <PasswordField
          isNew
          label={t('session.recover.password')}
          value={password}
          onChange={setPassword}
          error={tried && password.length < MIN_PASSWORD ? t('setup.missing.password') : undefined}
        />
        <StrengthMeter password={password} />
        <ErrorNote error={error} />
        <Button type="submit" aria-disabled={busy}>
          {busy ? t('session.signingIn') : t('session.recover.open')}
        </Button>
        <button type="button" className={styles.link} onClick={onBack}>
          {t('session.recover.back')}
        </button>
      </Form>
    </Cover>
  )
}
