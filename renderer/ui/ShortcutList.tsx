import { Modal } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { SHORTCUTS, type Shortcut, type ShortcutId } from '../shortcuts.ts'
import { Keys } from './Keys.tsx'
import styles from './ShortcutList.module.css'

const GROUPS = ['go', 'patient', 'visit', 'form'] as const

/** What `?` shows: every key, by what it is for. */
export function ShortcutList({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  const all = Object.entries(SHORTCUTS) as [ShortcutId, Shortcut][]
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('ui.keys.title')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
      size={680}
    >
      <div className={styles.groups}>
        {GROUPS.map((group) => {
          const keys = all.filter(([, it]) => it.group === group)
          if (keys.length === 0) return null
          return (
            <section key={group}>
              <h2 className={styles.heading}>{t(`ui.keys.groups.${group}`)}</h2>
              <dl>
                {keys.map(([id]) => (
                  <div key={id} className={styles.row}>
                    <dt>{t(`ui.keys.does.${id}`)}</dt>
                    <dd>
                      <Keys of={id} />
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          )
        })}
      </div>
    </Modal>
  )
}
