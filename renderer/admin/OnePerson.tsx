import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { User } from '../../domain/kinds.ts'
import type { Role } from '../../domain/roles.ts'
import { refresh, useApi, useCommand } from '../queries.ts'
import { useSession } from '../session/session.ts'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Field } from '../ui/Field.tsx'
import { offerUndo } from '../ui/undo.ts'
import styles from './admin.module.css'
import { Roles } from './Roles.tsx'

/** One person: their roles, their password, what their prescriptions carry, and the way out. */
export function OnePerson({ user }: { user: User }) {
  const { t } = useTranslation()
  const { user: me } = useSession()
  return (
    <div className={styles.page}>
      <div>
        <h2>{user.name}</h2>
        <p className={styles.quiet}>
          {user.login}
          {!user.active && ` · ${t('admin.users.inactive')}`}
        </p>
      </div>
      <RolesOf user={user} />
      <DetailsOf user={user} />
      {user.active && <PasswordOf user={user} />}
      {user.active && user.id !== me.id && <Removal user={user} />}
    </div>
  )
}

function RolesOf({ user }: { user: User }) {
  const { t } = useTranslation()
  const change = useCommand('user.change')
  const [empty, setEmpty] = useState(false)
  // What was ticked and is on its way: a second tick adds to the first one, and not to what was there before both.
  const [meant, setMeant] = useState<Role[]>()
  const roles = meant ?? user.roles
  // A tick is the change itself; it is taken back like any other.
  const set = async (next: Role[]) => {
    setEmpty(next.length === 0)
    if (next.length === 0) return
    setMeant(next)
    try {
      await change.run({ id: user.id, patch: { roles: next } })
      offerUndo({
        text: t('admin.users.changed', { name: user.name }),
        undo: () => change.run({ id: user.id, patch: { roles } }),
      })
      await refresh(['user'])
    } catch {
      // Said by the note below; the boxes show again what stands.
    } finally {
      setMeant((is) => (is === next ? undefined : is))
    }
  }
  return (
    <section className={styles.block}>
      <Roles roles={roles} onChange={(next) => void set(next)} />
      {empty && <p className={styles.trouble}>{t('admin.users.needRole')}</p>}
      <ErrorNote error={change.error} />
    </section>
  )
}

function DetailsOf({ user }: { user: User }) {
  const { t } = useTranslation()
  const { data, error } = useApi('practitioner.list', {})
  const change = useCommand('practitioner.change')
  const practitioner = data?.practitioners.find((it) => it.id === user.practitioner)
  const [typed, setTyped] = useState<{ qualification?: string; registrationNumber?: string }>({})
  const qualification = typed.qualification ?? practitioner?.qualification ?? ''
  const registrationNumber = typed.registrationNumber ?? practitioner?.registrationNumber ?? ''
  const save = () => {
    if (!practitioner) return
    const patch = { qualification: qualification.trim() || null, registrationNumber: registrationNumber.trim() || null }
    change.run({ id: practitioner.id, patch }).then(
      () => offerUndo({ text: t('admin.users.detailsSaved', { name: user.name }) }),
      () => undefined,
    )
  }
  return (
    <section className={styles.block}>
      <h2>{t('admin.users.details')}</h2>
      <ErrorNote error={error ?? change.error} />
      {data && !practitioner && <p className={styles.quiet}>{t('admin.users.noPractitioner')}</p>}
      {practitioner && (
        <form
          className={styles.fields}
          onSubmit={(event) => {
            event.preventDefault()
            save()
          }}
        >
          <Field
            label={t('admin.users.qualification')}
            value={qualification}
            onChange={(value) => setTyped((it) => ({ ...it, qualification: value }))}
          />
          <Field
            label={t('admin.users.registrationNumber')}
            value={registrationNumber}
            onChange={(value) => setTyped((it) => ({ ...it, registrationNumber: value }))}
          />
          <div className={styles.wide}>
            <Button type="submit" variant="default" loading={change.busy}>
              {t('admin.users.save')}
            </Button>
          </div>
        </form>
      )}
    </section>
  )
}

function PasswordOf({ user }: { user: User }) {
  const { t } = useTranslation()
  const reset = useCommand('user.resetPassword')
  const [password, setPassword] = useState('')
  const set = () => {
    if (!password) return
    reset.run({ id: user.id, password }).then(
      () => {
        setPassword('')
        offerUndo({ text: t('admin.users.resetDone', { name: user.name }) })
      },
      () => undefined,
    )
  }
  return (
    <section className={styles.block}>
      <h2>{t('admin.users.resetTitle', { name: user.name })}</h2>
      <form
        className={styles.fields}
        onSubmit={(event) => {
          event.preventDefault()
          set()
        }}
      >
        <Field
          label={t('admin.users.password')}
          type="password"
          value={password}
          onChange={setPassword}
          hint={t('admin.users.passwordHint')}
        />
        <div className={styles.wide}>
          <Button type="submit" variant="default" disabled={!password} loading={reset.busy}>
            {t('admin.users.resetDo')}
          </Button>
        </div>
      </form>
      <ErrorNote error={reset.error} />
    </section>
  )
}

/** Removing somebody takes their key to the records away: it cannot be undone, so it asks for the name. */
function Removal({ user }: { user: User }) {
  const { t } = useTranslation()
  const remove = useCommand('user.remove')
  const [typed, setTyped] = useState('')
  const matches = typed.trim() === user.name
  const go = () => {
    if (!matches) return
    remove.run({ id: user.id }).then(
      () => offerUndo({ text: t('admin.users.removed', { name: user.name }) }),
      () => undefined,
    )
  }
  return (
    <section className={`${styles.block} ${styles.danger}`}>
      <h2>{t('admin.users.removeTitle', { name: user.name })}</h2>
      <p>{t('admin.users.removeWhat')}</p>
      <form
        className={styles.fields}
        onSubmit={(event) => {
          event.preventDefault()
          go()
        }}
      >
        <Field label={t('admin.users.removeType', { name: user.name })} value={typed} onChange={setTyped} />
        <div className={styles.wide}>
          <Button type="submit" color="red" disabled={!matches} loading={remove.busy}>
            {t('admin.users.removeDo')}
          </Button>
        </div>
      </form>
      <ErrorNote error={remove.error} />
    </section>
  )
}
