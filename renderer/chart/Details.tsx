import { useTranslation } from 'react-i18next'
import type { KindName } from '../../domain/kinds.ts'
import type { HistoryItem } from '../../engine/api-shapes.ts'
import { useFormat } from '../format/use-format.ts'
import { useApi } from '../queries.ts'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Loading } from '../ui/Loading.tsx'
import styles from './chart.module.css'
import { recordLines, valueText } from './record-lines.ts'
import { useSay } from './use-say.ts'

/** All of one record, and who recorded and changed it: a clinician's view of the journal. */
export function Details({ kind, id }: { kind: KindName; id: string }) {
  const { t } = useTranslation()
  const say = useSay()
  const { data, error } = useApi('chart.record', { kind, id }, { keep: true })
  if (error) return <ErrorNote error={error} />
  if (!data) return <Loading rows={5} />
  return (
    <section className={styles.details} aria-label={t('chart.details.title')}>
      <h2>{say.kind(kind)}</h2>
      <dl className={`${styles.lines} selectable`}>
        {recordLines(kind, data.record, say).map(({ field, text }) => (
          <div key={field} className={styles.line}>
            <dt>{say.field(field)}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <div>
        <h3 className={styles.group}>{t('chart.details.history')}</h3>
        <ul className={styles.history}>
          {data.history.map((item, i) => (
            <li key={item.hash}>
              <Step item={item} first={i === 0} />
            </li>
          ))}
        </ul>
      </div>
    </section>
  )
}

function Step({ item, first }: { item: HistoryItem; first: boolean }) {
  const { t } = useTranslation()
  const say = useSay()
  const format = useFormat()
  return (
    <>
      <div className={`${styles.quiet} ${styles.small}`}>
        {t('chart.details.changed', { who: item.authorName, when: format.dateTime(item.at) })}
      </div>
      {first ? (
        <div>{t('chart.details.created')}</div>
      ) : (
        Object.entries(item.fields).map(([field, value]) => (
          <div key={field}>
            <span className={styles.quiet}>{say.field(field)}</span>{' '}
            {valueText(value, say) || t('chart.details.cleared')}
          </div>
        ))
      )}
      {item.reason && (
        <div>
          <span className={styles.quiet}>{t('chart.details.reason')}</span> {item.reason}
        </div>
      )}
    </>
  )
}
