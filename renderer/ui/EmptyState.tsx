import type { ReactNode } from 'react'
import styles from './EmptyState.module.css'

interface Props {
  title: string
  /** What to do next, in a sentence. */
  children?: ReactNode
  /** The next step itself: a button. */
  action?: ReactNode
  icon?: ReactNode
}

/** What a list shows when there is nothing in it: a drawn state with a next step. */
export function EmptyState({ title, children, action, icon }: Props) {
  return (
    <div className={styles.empty}>
      {icon && (
        <div className={styles.icon} aria-hidden="true">
          {icon}
        </div>
      )}
      <p className={styles.title}>{title}</p>
      {children && <p className={styles.text}>{children}</p>}
      {action && <div className={styles.action}>{action}</div>}
    </div>
  )
}
