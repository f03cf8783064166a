import { useTranslation } from 'react-i18next'
import styles from './Loading.module.css'

/** Quiet bars where rows will be, of the height the rows will have, so that nothing jumps when they come. */
export function Loading({ rows = 3 }: { rows?: number }) {
  const { t } = useTranslation()
  return (
    <div role="status" aria-label={t('ui.loading')}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars have no identity but their place
        <div key={row} className={styles.row}>
          <div className={styles.bar} data-width={row % 3} />
        </div>
      ))}
    </div>
  )
}
