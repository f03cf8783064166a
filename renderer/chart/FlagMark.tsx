import { useTranslation } from 'react-i18next'
import styles from './chart.module.css'
import type { Flag } from './results.ts'

/** H or L beside a value, to the eye; "high" or "low" to a screen reader. Nothing beside a normal one. */
export function FlagMark({ flag }: { flag: Flag | undefined }) {
  const { t } = useTranslation()
  if (!flag) return null
  return (
    <span className={styles.flag} data-flag={flag}>
      <span aria-hidden="true">{flag}</span>
      <span className="visually-hidden">{t(`ui.flags.${flag}`)}</span>
    </span>
  )
}
