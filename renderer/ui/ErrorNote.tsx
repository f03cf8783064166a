import { Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import styles from './Note.module.css'
import { useSentence } from './use-sentence.ts'

interface Props {
  error: unknown
  /** What to try next, if trying again makes sense. */
  onRetry?: () => void
}

/** An error as a sentence: what happened, that nothing was lost, what to do. Draws nothing without an error. */
export function ErrorNote({ error, onRetry }: Props) {
  const { t } = useTranslation()
  const sentence = useSentence()
  if (!error) return null
  return (
    <div role="alert" className={`${styles.note} ${styles.danger}`}>
      <IconAlertTriangle size={16} aria-hidden="true" className={styles.icon} />
      <span className="selectable">{sentence(error)}</span>
      {onRetry && (
        <Button size="compact-sm" variant="default" onClick={onRetry}>
          {t('ui.tryAgain')}
        </Button>
      )}
    </div>
  )
}
