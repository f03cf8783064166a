import type { ReactNode } from 'react'
import styles from './Cover.module.css'

interface Props {
  title?: string
  /** Whose records these are, above the title. */
  above?: ReactNode
  children: ReactNode
  /** What stands at the foot of the page: the language. */
  foot?: ReactNode
}

/** A page with one thing to do and nothing of the clinic on it: setting up, signing in. */
export function Cover({ title, above, children, foot }: Props) {
  return (
    <div className={styles.cover}>
      <main className={styles.sheet}>
        {above && <div className={styles.above}>{above}</div>}
        {title && <h1 className={styles.title}>{title}</h1>}
        {children}
      </main>
      {foot && <footer className={styles.foot}>{foot}</footer>}
    </div>
  )
}
