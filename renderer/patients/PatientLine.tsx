import { useTranslation } from 'react-i18next'
import type { PatientHit } from '../../engine/api-shapes.ts'
import { useFormat } from '../format/use-format.ts'
import styles from './PatientLine.module.css'

/** A patient in one line of a list: enough to tell two of the same name apart. */
export function PatientLine({ hit }: { hit: PatientHit }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <span className={styles.line} data-dead={hit.deceased ?? false}>
      <span className={styles.name}>
        {hit.name}
        {hit.deceased && <span className={styles.dead}> {t('patients.dead')}</span>}
        {hit.matched && <span className={styles.matched}> {hit.matched}</span>}
      </span>
      <span className={styles.born}>{format.born(hit.birthDate, hit.birthDateEstimated)}</span>
      <span className={styles.sex}>{t(`ui.sex.${hit.sex}`)}</span>
      <span className={styles.phone}>{hit.phone ?? ''}</span>
      <span className={styles.mrn}>{hit.mrn ?? ''}</span>
    </span>
  )
}
