import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Events } from '../../engine/api-shapes.ts'
import { Refused } from '../api.ts'
import { useCommand } from '../queries.ts'
import { Cover } from '../ui/Cover.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Field } from '../ui/Field.tsx'
import { Form } from '../ui/Form.tsx'
import { Note } from '../ui/Note.tsx'
import { LanguageSwitch } from './LanguageSwitch.tsx'
import { PasswordField } from './PasswordField.tsx'
import { Recover } from './Recover.tsx'
import styles from './SignIn.module.css'
import { useCountdown } from './use-countdown.ts'

interface Props {
  facility: string | undefined
  /** Why the session before ended, while the page has not been loaded afresh. */
  ended: Events['session.ended']['reason'] | undefined
  onEntered: () => void
}

/** Name and password; how long to wait after too many wrong ones; and the way in for who has forgotten. */
export function SignIn({ facility, ended, onEntered }: Props) {
  const { t } = useTranslation()
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const [recovering, setRecovering] = useState(false)
  const { run, busy, error, reset } = useCommand('session.signIn')
  const wait = useCountdown()
  const first = useRef<HTMLInputElement>(null)
  const secret = useRef<HTMLInputElement>(null)
  useEffect(() => first.current?.focus(), [])

  const signIn = () => {
    if (busy || wait.left > 0 || !login || !password) return
    run({ login: login.trim(), password }).then(onEntered, (refused) => {
      setPassword('')
      secret.current?.focus()
      if (refused instanceof Refused && refused.code === 'locked-out')
        wait.start(Number(refused.details.retryAfter ?? 30))
    })
  }

  if (recovering) return <Recover facility={facility} onBack={() => setRecovering(false)} onEntered={onEntered} />
  return (
    <Cover title={t('session.title')} above={facility} foot={<LanguageSwitch />}>
      <Form onFinish={signIn} className={styles.form} label={t('session.title')}>
        {ended && <Note>{t(`session.ended.${ended}`)}</Note>}
        <Field
          ref={first}
          label={t('session.login')}
          value={login}
          onChange={setLogin}
          autoComplete="username"
          autoCapitalize="none"
        />
        <PasswordField
          inputRef={secret}
          label={t('session.password')}
          value={password}
          onChange={(value) => {
            setPassword(value)
            if (error) reset()
          }}
        />
        {wait.left > 0 ? (
          <Note tone="caution">
            <span role="timer">{t('session.wait', { time: wait.shown })}</span>
          </Note>
        ) : (
          <ErrorNote error={error} />
        )}
        <Button type="submit" fullWidth disabled={wait.left > 0} aria-disabled={busy}>
          {busy ? t('session.signingIn') : t('session.signIn')}
        </Button>
        <button type="button" className={styles.link} onClick={() => setRecovering(true)}>
          {t('session.forgot')}
        </button>
      </Form>
    </Cover>
  )
}
