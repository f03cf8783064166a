import { Button, Modal } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { SyncStatus } from '../../engine/api-shapes.ts'
import { WaitingList } from '../admin/WaitingList.tsx'
import { go } from '../place.ts'
import { useMay } from '../session/session.ts'
import styles from './StatusList.module.css'

interface Props {
  sync: SyncStatus | undefined
  opened: boolean
  onClose: () => void
}

/** What the status line opens: where the records are, what waits for the cloud, what it did not take. */
export function StatusList({ sync, opened, onClose }: Props) {
  const { t } = useTranslation()
  const admin = useMay('sync:write')
  const toSync = () => {
    onClose()
    go({ name: 'admin', section: 'sync' })
  }
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('frame.status.title')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
      size={760}
    >
      <div className={styles.body}>
        <p>{t('frame.status.saved')}</p>
        {sync && !sync.enabled && <p>{t('frame.status.off')}</p>}
        {sync?.enabled && sync.waiting + sync.failed === 0 && <p>{t('frame.status.nothing')}</p>}
        {sync?.error && <p>{sync.error.message}</p>}
        {sync?.enabled && sync.waiting + sync.failed > 0 && <WaitingList failed={sync.failed} />}
        {admin ? (
          <div>
            <Button variant="default" onClick={toSync}>
              {t('frame.status.toSync')}
            </Button>
          </div>
        ) : (
          sync && sync.failed > 0 && <p>{t('frame.status.tellAdmin')}</p>
        )}
      </div>
    </Modal>
  )
}
