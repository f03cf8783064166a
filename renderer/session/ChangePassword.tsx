import { Button, Modal } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCommand } from '../queries.ts'
import { StrengthMeter } from '../setup/StrengthMeter.tsx'
import { readsAsPassword } from '../setup/strength.ts'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Form } from '../ui/Form.tsx'
import { offerUndo } from '../ui/undo.ts'
import { PasswordField } from './PasswordField.tsx'
import styles from './SignIn.module.css'

/** One's own password: the present one, and a new one. */
export function ChangePassword({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('session.change.title')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
      size={420}
    >
      <Fields onDone={onClose} />
    </Modal>
  )
}

/** Mounted with the dialog and gone with it: no password stays behind in a closed one. */
function Fields({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [again, setAgain] = useState('')
  const [tried, setTried] = useState(false)
  const { run, busy, error } = useCommand('session.changePassword')

  const change = () => {
    setTried(true)
    if (busy || !current || !readsAsPassword(next) || next !== again) return
    run({ current, next }).then(
      () => {
        offerUndo({ text: t('session.change.done') })
        onDone()
      },
      () => setCurrent(''),
    )
  }
  return (
    <Form onFinish={change} className={styles.form} label={t('session.change.title')}>
      <PasswordField
        first
        label={t('session.change.current')}
        value={current}
        onChange={setCurrent}
        error={tried && !current && !error ? t('session.change.currentMissing') : undefined}
      />
      <PasswordField
        isNew
        label={t('session.change.next')}
        value={next}
        onChange={setNext}
        error={tried && !readsAsPassword(next) ? t('setup.missing.password') : undefined}
      />
      <StrengthMeter password={next} />
      <PasswordField
        isNew
        label={t('session.change.again')}
        value={again}
        onChange={setAgain}
        error={tried && next !== again ? t('session.change.different') : undefined}
      />
      <ErrorNote error={error} />
      <Button type="submit" loading={busy}>
        {t('session.change.button')}
      </Button>
    </Form>
  )
}
