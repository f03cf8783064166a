import { IconAlertCircle, IconInfoCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import styles from './Note.module.css'

interface Props {
  tone?: 'plain' | 'caution'
  children: ReactNode
}

/** Something worth knowing beside the work: plain, or to be careful of. For errors there is `ErrorNote`. */
export function Note({ tone = 'plain', children }: Props) {
  const Icon = tone === 'caution' ? IconAlertCircle : IconInfoCircle
  return (
    <div className={`${styles.note} ${styles[tone]}`}>
      <Icon size={16} aria-hidden="true" className={styles.icon} />
      <div>{children}</div>
    </div>
  )
}
