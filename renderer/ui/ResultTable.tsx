import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './ResultTable.module.css'

export interface Result {
  id: string
  name: string
  /** As shown: `120/80`, `5.4`, `positive`. */
  value: string
  unit?: string
  /** HL7 interpretation. `N` and none are the same to the eye. */
  flag?: 'HH' | 'H' | 'N' | 'L' | 'LL' | 'A' | 'AA'
  /** Reference range as shown: `3.5–5.1`. */
  range?: string
  at?: string
  /** The trend beside the number: a small chart, or the value before. */
  trend?: ReactNode
  onOpen?: () => void
}

interface Props {
  label: string
  results: readonly Result[]
  /** Whether any row has a time or a trend; a column of nothing is not drawn. */
  showAt?: boolean
  showTrend?: boolean
}

/** Values with unit, flag and reference range, aligned so that a column can be read down. */
export function ResultTable({ label, results, showAt = false, showTrend = false }: Props) {
  const { t } = useTranslation()
  return (
    <table className={styles.table} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{t('ui.results.test')}</th>
          <th scope="col" className={styles.number}>
            {t('ui.results.value')}
          </th>
          <th scope="col">{t('ui.results.unit')}</th>
          <th scope="col">{t('ui.results.flag')}</th>
          <th scope="col">{t('ui.results.range')}</th>
          {showAt && <th scope="col">{t('ui.results.at')}</th>}
          {showTrend && <th scope="col">{t('ui.results.trend')}</th>}
        </tr>
      </thead>
      <tbody>
        {results.map((result) => (
          <tr key={result.id}>
            <th scope="row" className={styles.name}>
              {result.onOpen ? (
                <button type="button" className={styles.open} onClick={result.onOpen}>
                  {result.name}
                </button>
              ) : (
                result.name
              )}
            </th>
            <td className={`${styles.number} selectable`} data-flag={result.flag ?? 'N'}>
              {result.value}
            </td>
            <td className={styles.unit}>{result.unit}</td>
            <td data-flag={result.flag ?? 'N'}>
              <Flag flag={result.flag} />
            </td>
            <td className={styles.unit}>{result.range}</td>
            {showAt && <td className={styles.unit}>{result.at}</td>}
            {showTrend && <td>{result.trend}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** H or L to the eye, "high" or "low" to the ear. */
function Flag({ flag }: { flag: Result['flag'] }) {
  const { t } = useTranslation()
  if (!flag || flag === 'N') return null
  return (
    <>
      <span aria-hidden="true">{flag}</span>
      <span className="visually-hidden">{t(`ui.flags.${flag}`)}</span>
    </>
  )
}
