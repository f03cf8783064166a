import { Button } from '@mantine/core'
import { IconPrinter } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../format/use-format.ts'
import { useCommand } from '../queries.ts'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import styles from './RecoveryCodes.module.css'

/** Recovery codes, large enough to be copied by hand, and a button that prints just them. */
export function RecoveryCodes({ codes, facility }: { codes: readonly string[]; facility: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const print = useCommand('shell.print')
  const labels = [t('setup.codes.first'), t('setup.codes.second')]
  return (
    <div className={styles.codes}>
      <p className={styles.heading}>
        {t('setup.codes.printedAt', { facility, date: format.date(new Date().toISOString()) })}
      </p>
      {codes.map((code, i) => (
        <div key={code}>
          {codes.length > 1 && <div className={styles.label}>{labels[i]}</div>}
          <output className={`${styles.code} selectable`} aria-label={labels[i]}>
            <Halves of={code} />
          </output>
        </div>
      ))}
      <div className={styles.foot}>
        <span>{codes.length > 1 && t('setup.codes.keep')}</span>
        <Button
          variant="default"
          leftSection={<IconPrinter size={16} />}
          onClick={() => void print.run({}).catch(() => undefined)}
        >
          {t('setup.codes.print')}
        </Button>
      </div>
      <ErrorNote error={print.error} />
    </div>
  )
}

/** In two lines that break between groups, so that it can be copied by hand without losing the place. */
function Halves({ of: code }: { of: string }) {
  const groups = code.split('-')
  const half = Math.ceil(groups.length / 2)
  if (groups.length < 4) return code
  return (
    <>
      <span className={styles.half}>{groups.slice(0, half).join('-')}-</span>
      <span className={styles.half}>{groups.slice(half).join('-')}</span>
    </>
  )
}
