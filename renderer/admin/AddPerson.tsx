import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { User } from '../../domain/kinds.ts'
import type { Role } from '../../domain/roles.ts'
import { useCommand } from '../queries.ts'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Field } from '../ui/Field.tsx'
import { Form } from '../ui/Form.tsx'
import { offerUndo } from '../ui/undo.ts'
import styles from './admin.module.css'
import { Roles } from './Roles.tsx'

/** Adds somebody who may sign in; for a clinician also what a prescription must carry. */
export function AddPerson({ onDone }: { onDone: (user: User | undefined) => void }) {
  const { t } = useTranslation()
  const addPractitioner = useCommand('practitioner.add')
  const add = useCommand('user.add')
  const [name, setName] = useState('')
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const [roles, setRoles] = useState<Role[]>(['clinician'])
  const [qualification, setQualification] = useState('')
  const [registrationNumber, setRegistrationNumber] = useState('')
  const [asked, setAsked] = useState(false)
  const treats = roles.includes('clinician') || roles.includes('nurse')
  const complete = name.trim() && login.trim() && password && roles.length > 0

  const finish = async () => {
    setAsked(true)
    if (!complete) return
    try {
      const practitioner = treats
        ? (
            await addPractitioner.run({
              ...nameParts(name),
              active: true,
              ...(qualification.trim() ? { qualification: qualification.trim() } : {}),
              ...(registrationNumber.trim() ? { registrationNumber: registrationNumber.trim() } : {}),
            })
          ).practitioner
        : undefined
      const { user } = await add.run({
        login: login.trim(),
        name: name.trim(),
        password,
        roles,
        ...(practitioner ? { practitioner: practitioner.id } : {}),
      })
      offerUndo({ text: t('admin.users.added', { name: user.name, login: user.login }) })
      onDone(user)
    } catch {
      // Said below the form; what was typed stays.
    }
  }

  return (
    <Form label={t('admin.users.add')} onFinish={finish} className={styles.page}>
      <h2>{t('admin.users.add')}</h2>
      <div className={styles.fields}>
        <Field label={t('admin.users.name')} value={name} onChange={setName} autoFocus data-autofocus />
        <Field label={t('admin.users.login')} value={login} onChange={setLogin} />
        <Field
          label={t('admin.users.password')}
          type="password"
          value={password}
          onChange={setPassword}
          hint={t('admin.users.passwordHint')}
        />
      </div>
      <Roles roles={roles} onChange={setRoles} />
      {asked && roles.length === 0 && <p className={styles.trouble}>{t('admin.users.needRole')}</p>}
      {roles.includes('clinician') && (
        <div className={styles.fields}>
          <Field label={t('admin.users.qualification')} value={qualification} onChange={setQualification} />
          <Field
            label={t('admin.users.registrationNumber')}
            value={registrationNumber}
            onChange={setRegistrationNumber}
          />
        </div>
      )}
      <div className={styles.acts}>
        <Button type="submit" disabled={!complete} loading={add.busy || addPractitioner.busy}>
          {t('admin.users.add')}
        </Button>
        <Button variant="default" onClick={() => onDone(undefined)}>
          {t('admin.users.cancel')}
        </Button>
      </div>
      <ErrorNote error={addPractitioner.error ?? add.error} />
    </Form>
  )
}

/** `Dr Anil Kumar Rao` → prefix, given, family. A single name is a given one. */
export function nameParts(name: string): { prefix?: string; given?: string; family?: string } {
  const words = name.trim().split(/\s+/)
  const prefix = /^(?:dr|mr|mrs|ms|prof|sr|sister|smt|shri)\.?$/i.test(words[0] ?? '') ? words.shift() : undefined
  const family = words.length > 1 ? words.pop() : undefined
  const given = words.join(' ')
  return { ...(prefix ? { prefix } : {}), ...(given ? { given } : {}), ...(family ? { family } : {}) }
}
