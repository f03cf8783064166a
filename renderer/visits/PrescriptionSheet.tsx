import { createPortal } from 'react-dom'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../format/use-format.ts'
import styles from './PrescriptionSheet.module.css'
import type { Sheet } from './prescription-sheet.ts'

export type PaperSize = 'A4' | 'A5'

/** The prescription on paper. Always laid out, shown only in print, so that printing needs no preview. */
export function PrescriptionSheet({ sheet, size, reprint }: { sheet: Sheet; size: PaperSize; reprint: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { prescriber, patient } = sheet
  const age = patient.birthDate ? format.age(patient.birthDate) : undefined
  return createPortal(
    <article className={styles.sheet} data-sheet data-size={size} aria-hidden="true">
      <div className={styles.head}>
        <div className={styles.facility}>{sheet.facility}</div>
        <div className={styles.end}>
          <strong>{prescriber.name}</strong>
          <div>{prescriber.qualification}</div>
          <div>{prescriber.registration && `${t('visits.sheet.registration')} ${prescriber.registration}`}</div>
        </div>
      </div>
      <div className={styles.person}>
        <Fact label={t('visits.sheet.name')} value={patient.name} />
        <Fact
          label={t('visits.sheet.age')}
          value={age ? (patient.estimated ? t('ui.about', { what: age }) : age) : t('ui.notRecorded')}
        />
        <Fact label={t('visits.sheet.sex')} value={t(`ui.sex.${patient.sex}`)} />
        {patient.mrn && <Fact label={t('visits.sheet.mrn')} value={patient.mrn} />}
        <Fact label={t('visits.sheet.date')} value={format.date(sheet.date)} />
        {reprint && <strong>{t('visits.sheet.reprint')}</strong>}
      </div>
      {sheet.diagnoses.length > 0 && (
        <div className={styles.part}>
          <Fact label={t('visits.sheet.diagnosis')} value={sheet.diagnoses.join('; ')} />
        </div>
      )}
      <div className={styles.rx}>℞</div>
      <ol className={styles.medicines}>
        {sheet.lines.map((line) => (
          <li key={line.id}>
            <span className={styles.generic}>{line.generic}</span> {line.detail}
            <div>
              {line.taken}
              {line.quantity && ` · ${line.quantity}`}
            </div>
          </li>
        ))}
      </ol>
      {sheet.advice && (
        <div className={styles.part}>
          <Fact label={t('visits.sheet.advice')} value={sheet.advice} />
        </div>
      )}
      {sheet.followUp && (
        <div className={styles.part}>
          <Fact label={t('visits.sheet.followUp')} value={sheet.followUp} />
        </div>
      )}
      <div className={styles.signature}>
        <div>{!sheet.signed && <strong>{t('visits.sheet.unsigned')}</strong>}</div>
        <div className={styles.line}>{t('visits.sheet.signature')}</div>
      </div>
    </article>,
    document.body,
  )
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <span>
      <span className={styles.label}>{label}</span> {value}
    </span>
  )
}
