import { Button, Select } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ALLERGENS } from '../../domain/allergens.ts'
import type { AllergyIntolerance } from '../../domain/kinds.ts'
import { useCommand } from '../queries.ts'
import { CodePicker } from '../ui/CodePicker.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Field } from '../ui/Field.tsx'
import { Form } from '../ui/Form.tsx'
import { offerUndo } from '../ui/undo.ts'
import styles from './chart.module.css'
import { matching } from './matching.ts'

interface Props {
  patient: string
  /** The allergy being changed; a new one without. */
  edited: AllergyIntolerance | undefined
  onDone: () => void
}

const SEVERITIES = ['mild', 'moderate', 'severe'] as const
const CRITICALITIES = ['high', 'low', 'unable-to-assess'] as const
const VERIFICATIONS = ['confirmed', 'unconfirmed', 'refuted'] as const
type Severity = (typeof SEVERITIES)[number]

/** One line to state an allergy: to what, what happened, how bad, how sure. */
export function AllergyForm({ patient, edited, onDone }: Props) {
  const { t } = useTranslation()
  const add = useCommand('allergy.add')
  const change = useCommand('allergy.change')
  const first = edited?.reactions?.[0]
  const [substance, setSubstance] = useState(edited?.code.display ?? '')
  const [reaction, setReaction] = useState(first?.manifestation.display ?? '')
  const [severity, setSeverity] = useState<Severity | null>(first?.severity ?? null)
  const [criticality, setCriticality] = useState<(typeof CRITICALITIES)[number] | null>(edited?.criticality ?? null)
  const [verification, setVerification] = useState<string>(edited?.verificationStatus ?? 'confirmed')

  const finish = () => {
    if (!substance.trim()) return
    const category = ALLERGENS.find((it) => it.display === substance)?.category
    const fields = {
      code: substance === edited?.code.display ? edited.code : { display: substance.trim() },
      verificationStatus: verification as (typeof VERIFICATIONS)[number],
      ...(category ? { category } : {}),
      ...(criticality ? { criticality } : {}),
      ...(reaction.trim()
        ? {
            reactions: [
              { manifestation: { display: reaction.trim() }, ...(severity ? { severity } : {}) },
              ...(edited?.reactions?.slice(1) ?? []),
            ],
          }
        : {}),
    }
    const saved = edited
      ? change.run({ id: edited.id, patch: fields })
      : add.run({ patient, clinicalStatus: 'active', recorded: new Date().toISOString(), ...fields })
    return saved.then(
      ({ allergy }) => {
        const name = allergy.code.display
        if (edited) offerUndo({ text: t('chart.allergies.changed', { name }) })
        else
          offerUndo({
            text: t('chart.allergies.added', { name }),
            undo: () => change.run({ id: allergy.id, patch: { verificationStatus: 'entered-in-error' } }),
          })
        setSubstance('')
        setReaction('')
        setSeverity(null)
        setCriticality(null)
        onDone()
      },
      () => undefined,
    )
  }

  const words = <V extends string>(values: readonly V[], group: 'severities' | 'criticalities' | 'verifications') =>
    values.map((value) => ({
      value,
      label: t(`chart.allergies.${group}.${value}` as 'chart.allergies.severities.mild'),
    }))

  return (
    <Form
      label={edited ? t('chart.allergies.change') : t('chart.allergies.add')}
      onFinish={finish}
      className={styles.form}
    >
      {substance ? (
        <Field label={t('chart.allergies.substance')} value={substance} onChange={setSubstance} />
      ) : (
        <CodePicker
          label={t('chart.allergies.substance')}
          name="allergens"
          search={async (text) => matching(ALLERGENS, text).map(({ display }) => ({ code: display, display }))}
          onPick={(it) => setSubstance(it.display)}
          onFreeText={setSubstance}
        />
      )}
      <Field label={t('chart.allergies.reaction')} value={reaction} onChange={setReaction} />
      <Select
        wrapperProps={{ 'data-span': '2' }}
        label={t('chart.allergies.severity')}
        data={words(SEVERITIES, 'severities')}
        value={severity}
        onChange={(value) => setSeverity(value as Severity | null)}
        allowDeselect
      />
      <Select
        wrapperProps={{ 'data-span': '2' }}
        label={t('chart.allergies.criticality')}
        data={words(CRITICALITIES, 'criticalities')}
        value={criticality}
        onChange={(value) => setCriticality(value as typeof criticality)}
        allowDeselect
      />
      <Select
        wrapperProps={{ 'data-span': '2' }}
        label={t('chart.allergies.verification')}
        data={words(VERIFICATIONS, 'verifications')}
        value={verification}
        onChange={(value) => setVerification(value ?? 'confirmed')}
      />
      <div className={`${styles.wide} ${styles.actsRow}`}>
        <Button type="submit" disabled={!substance.trim()} loading={add.busy || change.busy}>
          {edited ? t('chart.allergies.save') : t('chart.allergies.add')}
        </Button>
        {edited && (
          <Button variant="default" onClick={onDone}>
            {t('chart.allergies.cancel')}
          </Button>
        )}
      </div>
      <div className={styles.wide}>
        <ErrorNote error={add.error ?? change.error} />
      </div>
    </Form>
  )
}
