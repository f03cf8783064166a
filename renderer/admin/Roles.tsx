import { useTranslation } from 'react-i18next'
import { ROLES, type Role } from '../../domain/roles.ts'
import styles from './admin.module.css'

/** Roles to tick, each with what it opens, so that nobody has to guess. */
export function Roles({ roles, onChange }: { roles: readonly Role[]; onChange: (roles: Role[]) => void }) {
  const { t } = useTranslation()
  return (
    <fieldset className={styles.roles}>
      <legend>{t('admin.users.roles')}</legend>
      {ROLES.map((role) => (
        <label key={role} className={styles.role}>
          <input
            type="checkbox"
            checked={roles.includes(role)}
            onChange={(event) =>
              onChange(event.currentTarget.checked ? [...roles, role] : roles.filter((it) => it !== role))
            }
          />
          <span>
            {t(`admin.users.roleNames.${role}`)}{' '}
            <span className={`${styles.quiet} ${styles.small}`}>{t(`admin.users.roleHints.${role}`)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  )
}
