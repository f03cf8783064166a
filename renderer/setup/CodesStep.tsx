import { Button } from '@mantine/core'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCommand } from '../queries.ts'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Field } from '../ui/Field.tsx'
import { Form } from '../ui/Form.tsx'
import { RecoveryCodes } from './RecoveryCodes.tsx'
import styles from './Steps.module.css'

interface Props {
  text: string
  /** Empty when setting up was interrupted: the codes were shown then, and are on paper or lost. */
  codes: readonly string[]
  facility: string
  onDone: () => void
}

/** The codes, and one of them typed back: the only proof there is that they were kept. */
export function CodesStep({ text, codes, facility, onDone }: Props) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [tried, setTried] = useState(false)
  const confirm = useCommand('clinic.confirmRecovery')
  const field = useRef<HTMLInputElement>(null)
  const finish = () => {
    setTried(true)
    if (confirm.busy || typed.trim() === '') return
    confirm.run({ code: typed.trim() }).then(onDone, () => field.current?.select())
  }
  return (
    <div className={styles.form}>
      <p className={styles.text}>{text}</p>
      {codes.length > 0 && <RecoveryCodes codes={codes} facility={facility} />}
      <Form onFinish={finish} className={`${styles.form} ${styles.screen}`} label={t('setup.codes.typeBack')}>
        <Field
          ref={field}
          label={t('setup.codes.typeBack')}
          hint={t('setup.codes.typeBackHint')}
          value={typed}
          onChange={setTyped}
          error={tried && typed.trim() === '' ? t('setup.missing.code') : undefined}
          required
        />
        <ErrorNote error={confirm.error} />
        <div className={styles.buttons}>
          <span />
          <Button type="submit" aria-disabled={confirm.busy}>
            {t('setup.codes.open')}
          </Button>
        </div>
      </Form>
    </div>
  )
}
