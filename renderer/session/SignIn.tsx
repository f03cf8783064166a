import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Events } from '../../engine/api-shapes.ts'
import { api, Refused } from '../api.ts'
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

  const signIn = (as = { login: login.trim(), password }) => {
    if (busy || wait.left > 0 || !as.login || !as.password) return
    run(as).then(onEntered, (refused) => {
      setPassword('')
      secret.current?.focus()
      if (refused instanceof Refused && refused.code === 'locked-out')
        wait.start(Number(refused.details.retryAfter ?? 30))
    })
  }

  if (recovering) return <Recover facility={facility} onBack={() => setRecovering(false)} onEntered={onEntered} />
  return (
    <Cover title={t('session.title')} above={facility} foot={<LanguageSwitch />}>
      <Form onFinish={() => signIn()} className={styles.form} label={t('session.title')}>
        {ended && <Note>{t(`session.ended.${ended}`)}</Note>}
        <Sample onOpen={signIn} />
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

/** In a sample clinic of invented people everyone may know the password; it is said here and nowhere else. */
function Sample({ onOpen }: { onOpen: (as: { login: string; password: string }) => void }) {
  const { t } = useTranslation()
  const asked = useQuery({ queryKey: ['shell.sample'], queryFn: () => api('shell.sample', {}) })
  const sample = asked.data?.sample
  if (!sample) return null
  return (
    <Note>
      <p>{t('session.sample.text', sample)}</p>
      <Button size="compact-sm" variant="default" onClick={() => onOpen(sample)}>
        {t('session.sample.open')}
      </Button>
    </Note>
  )
}
