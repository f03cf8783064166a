import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCommand } from '../queries.ts'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Field } from '../ui/Field.tsx'
import { Form } from '../ui/Form.tsx'
import { offerUndo } from '../ui/undo.ts'
import styles from './admin.module.css'

/** Says plainly what will leave this computer, and only then takes the code. */
export function Enroll() {
  const { t } = useTranslation()
  const enroll = useCommand('sync.enroll')
  const on = useCommand('sync.on')
  const [understood, setUnderstood] = useState(false)
  const [code, setCode] = useState('')
  const ready = understood && code.trim() !== ''
  const finish = async () => {
    if (!ready) return
    try {
      const status = await enroll.run({ code: code.trim() })
      if (!status.enabled) await on.run({})
      offerUndo({ text: t('admin.sync.switchedOn') })
    } catch {
      // Said below; sync stays off and the code in the field.
    }
  }
  return (
    <Form label={t('admin.sync.enroll')} onFinish={finish} className={styles.block}>
      <h2>{t('admin.sync.willLeave')}</h2>
      <ul className={styles.leaves}>
        <li>{t('admin.sync.leaves.records')}</li>
        <li>{t('admin.sync.leaves.journal')}</li>
        <li>{t('admin.sync.leaves.where')}</li>
        <li>{t('admin.sync.leaves.not')}</li>
      </ul>
      <label className={styles.check}>
        <input type="checkbox" checked={understood} onChange={(event) => setUnderstood(event.currentTarget.checked)} />
        <span>{t('admin.sync.understood')}</span>
      </label>
      <div className={styles.fields}>
        <div className={styles.wide}>
          <Field
            label={t('admin.sync.code')}
            value={code}
            onChange={setCode}
            hint={t('admin.sync.codeHint')}
            placeholder="ALC1-"
          />
        </div>
      </div>
      <Button type="submit" disabled={!ready} loading={enroll.busy || on.busy}>
        {enroll.busy ? t('admin.sync.enrolling') : t('admin.sync.enroll')}
      </Button>
      <ErrorNote error={enroll.error ?? on.error} />
    </Form>
  )
}
