import { useTranslation } from 'react-i18next'
import styles from './StrengthMeter.module.css'
import { MIN_PASSWORD, strengthOf } from './strength.ts'

/** How strong the password is, in words; the bar only repeats it. Holds its place while empty so that nothing jumps. */
export function StrengthMeter({ password }: { password: string }) {
  const { t } = useTranslation()
  const strength = strengthOf(password)
  const said =
    password === ''
      ? ''
      : strength === 'short'
        ? t('setup.strength.short', { n: MIN_PASSWORD - password.length })
        : t(`setup.strength.${strength}`)
  return (
    <div className={styles.meter}>
      <div className={styles.bar} data-strength={password === '' ? 'none' : strength} aria-hidden="true">
        <span />
        <span />
        <span />
      </div>
      <span role="status" aria-label={t('setup.strength.label')} className={styles.said}>
        {said}
      </span>
    </div>
  )
}
