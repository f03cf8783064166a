import { Button } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Rival } from '../../domain/fold.ts'
import { timeOf } from '../../domain/hlc.ts'
import type { Chart, OpenConflict } from '../../engine/api-shapes.ts'
import { useFormat } from '../format/use-format.ts'
import { useApi, useCommand } from '../queries.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Field } from '../ui/Field.tsx'
import { Form } from '../ui/Form.tsx'
import { offerUndo } from '../ui/undo.ts'
import styles from './chart.module.css'
import { valueText } from './record-lines.ts'
import { useSay } from './use-say.ts'

/** What two people changed without knowing of each other: both values, by whom and when, and a decision with its reason. */
export function Conflicts({ chart }: { chart: Chart }) {
  const { t } = useTranslation()
  const open = chart.conflicts.filter((it) => it.conflict.policy === 'review')
  if (open.length === 0) {
    return (
      <EmptyState title={t('chart.conflicts.none')} icon={<IconCheck size={28} stroke={1.5} />}>
        {t('chart.conflicts.noneNext')}
      </EmptyState>
    )
  }
  return (
    <div className={styles.page}>
      <p className={styles.quiet}>{t('chart.conflicts.intro')}</p>
      {open.map((it) => (
        <OneConflict key={`${it.id}:${it.conflict.field}`} it={it} />
      ))}
    </div>
  )
}

function OneConflict({ it: { kind, id, conflict } }: { it: OpenConflict }) {
  const { t } = useTranslation()
  const say = useSay()
  const format = useFormat()
  const { data } = useApi('chart.record', { kind, id })
  const resolve = useCommand('conflict.resolve')
  const [chosen, setChosen] = useState<Rival>()
  const [reason, setReason] = useState('')
  const [asked, setAsked] = useState(false)
  const missing = asked && !reason.trim() ? t('chart.conflicts.reasonNeeded') : undefined

  const decide = () => {
    setAsked(true)
    if (!chosen || !reason.trim()) return
    return resolve.run({ kind, id, field: conflict.field, value: chosen.value, reason: reason.trim() }).then(
      () => offerUndo({ text: t('chart.conflicts.decided') }),
      () => undefined,
    )
  }
  const by = (rival: Rival) => {
    const who = data?.history.find((item) => item.hash === rival.hash)?.authorName ?? t('chart.conflicts.unknownAuthor')
    return t('chart.conflicts.by', { who, when: format.dateTime(new Date(timeOf(rival.hlc)).toISOString()) })
  }
  const about = data && titleOf(data.record)
  const heading = t('chart.conflicts.field', {
    record: about ?? say.kind(kind),
    field: say.field(conflict.field),
  })
  return (
    <Form label={heading} onFinish={decide} className={styles.conflict}>
      <h2>{heading}</h2>
      <fieldset className={styles.rivals}>
        <legend className="visually-hidden">{heading}</legend>
        {conflict.rivals.map((rival, i) => (
          <label key={rival.hash} className={styles.rival}>
            <input
              type="radio"
              name={`${id}:${conflict.field}`}
              checked={chosen === rival}
              onChange={() => setChosen(rival)}
            />
            <span>
              <span className={styles.rivalValue}>
                {valueText(rival.value, say) || t('chart.conflicts.emptyValue')}
              </span>
              {i === 0 && <span className={styles.quiet}> ({t('chart.conflicts.shown')})</span>}
              <br />
              <span className={`${styles.quiet} ${styles.small}`}>{by(rival)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <Field label={t('chart.conflicts.reason')} value={reason} onChange={setReason} error={missing} />
      <div className={styles.actsRow}>
        <Button type="submit" disabled={!chosen} loading={resolve.busy}>
          {t('chart.conflicts.keep')}
        </Button>
      </div>
      <ErrorNote error={resolve.error} />
    </Form>
  )
}

/** What a record is about, in its own words: the allergy's substance, the medicine's name. */
function titleOf({ code, medication, vaccine }: Record<string, unknown>): string | undefined {
  const concept = code ?? medication ?? vaccine
  return typeof concept === 'object' && concept !== null && 'display' in concept ? String(concept.display) : undefined
}
