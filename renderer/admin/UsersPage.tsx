import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { User } from '../../domain/kinds.ts'
import { useApi } from '../queries.ts'
import { useSession } from '../session/session.ts'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Loading } from '../ui/Loading.tsx'
import { VirtualList } from '../ui/VirtualList.tsx'
import { AddPerson } from './AddPerson.tsx'
import styles from './admin.module.css'
import { OnePerson } from './OnePerson.tsx'

/** Who can sign in, and as what. */
export function UsersPage() {
  const { t } = useTranslation()
  const { user: me } = useSession()
  const { data, error } = useApi('user.list', {})
  const [active, setActive] = useState(0)
  const [open, setOpen] = useState<string>()
  const [adding, setAdding] = useState(false)
  if (error) return <ErrorNote error={error} />
  if (!data) return <Loading rows={5} />
  // Those who are there first, each group by name.
  const users = data.users.toSorted((a, b) => Number(b.active) - Number(a.active) || a.name.localeCompare(b.name))
  const chosen = users.find((it) => it.id === open)
  const rolesOf = (user: User) => user.roles.map((role) => t(`admin.users.roleNames.${role}`)).join(', ')
  return (
    <div className={styles.split}>
      <div className={styles.list}>
        <div className={styles.listHead}>
          <Button
            variant={adding ? 'default' : 'filled'}
            onClick={() => {
              setAdding(true)
              setOpen(undefined)
            }}
          >
            {t('admin.users.add')}
          </Button>
        </div>
        <div className={styles.rows}>
          <VirtualList
            label={t('admin.users.title')}
            items={users}
            keyOf={(it) => it.id}
            active={active}
            onActive={setActive}
            onChoose={(it) => {
              setOpen(it.id)
              setAdding(false)
            }}
            row={(it) => (
              <span className={styles.person} data-open={it.id === open} data-gone={!it.active}>
                <span>
                  {it.name}
                  {it.id === me.id && <span className={styles.quiet}> ({t('admin.users.you')})</span>}
                </span>
                <span className={`${styles.quiet} ${styles.small}`}>
                  {it.active ? rolesOf(it) : t('admin.users.inactive')}
                </span>
              </span>
            )}
          />
        </div>
      </div>
      <div className={styles.side}>
        {adding ? (
          <AddPerson
            onDone={(user) => {
              setAdding(false)
              setOpen(user?.id)
            }}
          />
        ) : chosen ? (
          <OnePerson key={chosen.id} user={chosen} />
        ) : (
          <p className={`${styles.page} ${styles.quiet}`}>{t('admin.users.choose')}</p>
        )}
      </div>
    </div>
  )
}
