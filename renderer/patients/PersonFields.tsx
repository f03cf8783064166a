import { Radio, Select } from '@mantine/core'
import { type KeyboardEvent, type RefObject, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { readBirth } from '../format/ages.ts'
import { useFormat } from '../format/use-format.ts'
import { Field } from '../ui/Field.tsx'
import styles from './PersonFields.module.css'
import type { Person, Problem } from './person.ts'

interface Props {
  person: Person
  onChange: (part: Partial<Person>) => void
  problems: Partial<Record<keyof Person, Problem>>
  firstRef: RefObject<HTMLInputElement | null>
}

const SEXES = ['female', 'male', 'other', 'unknown'] as const
const BLOOD_GROUPS = ['A+', 'A-', 'B+', 'B-', 'AB+', 'AB-', 'O+', 'O-']

/** Everything that is asked about a person: the three required things first, the rest below if known. */
export function PersonFields({ person, onChange, problems, firstRef }: Props) {
  const { t } = useTranslation()
  const problem = (field: keyof Person) => {
    const it = problems[field]
    return it && t(`patients.missing.${it}`)
  }
  const text = (field: Exclude<keyof Person, 'sex' | 'bloodGroup'>, label: string) => ({
    label,
    value: person[field],
    onChange: (value: string) => onChange({ [field]: value }),
    error: problem(field),
  })
  return (
    <>
      <div className={styles.required}>
        <Field
          {...text('given', t('patients.form.given'))}
          ref={firstRef}
          className={styles.half ?? ''}
          maxLength={200}
        />
        <Field
          {...text('family', t('patients.form.family'))}
          hint={problems.given ? undefined : t('patients.form.nameHint')}
          className={styles.half ?? ''}
          maxLength={200}
        />
        <Sex value={person.sex} onChange={(sex) => onChange({ sex })} error={problem('sex')} />
        <Birth {...text('birth', t('patients.form.birth'))} />
        <Field
          {...text('phone', t('patients.form.phone'))}
          inputMode="tel"
          className={styles.half ?? ''}
          maxLength={40}
        />
      </div>
      <h2 className={styles.heading}>{t('patients.form.more')}</h2>
      <div className={styles.optional}>
        <Field {...text('line', t('patients.form.line'))} className={styles.wide ?? ''} maxLength={500} />
        <Field {...text('city', t('patients.form.city'))} maxLength={200} />
        <Field {...text('district', t('patients.form.district'))} maxLength={200} />
        <Field {...text('postalCode', t('patients.form.postalCode'))} maxLength={40} />
        <Field {...text('guardian', t('patients.form.guardian'))} maxLength={200} />
        <Field {...text('relation', t('patients.form.relation'))} maxLength={100} />
        <Field {...text('guardianPhone', t('patients.form.guardianPhone'))} inputMode="tel" maxLength={40} />
        <Field {...text('abha', t('patients.form.abha'))} inputMode="numeric" maxLength={20} />
        <Field {...text('prefix', t('patients.form.prefix'))} maxLength={40} />
        <Select
          label={t('patients.form.bloodGroup')}
          data={[{ value: '', label: t('patients.form.notRecorded') }, ...BLOOD_GROUPS]}
          value={person.bloodGroup}
          onChange={(value) => onChange({ bloodGroup: (value ?? '') as Person['bloodGroup'] })}
        />
        <Field {...text('note', t('patients.form.note'))} className={styles.wide ?? ''} maxLength={2000} />
      </div>
    </>
  )
}

interface SexProps {
  value: Person['sex']
  onChange: (sex: Person['sex']) => void
  error: string | undefined
}

/** Four choices in view. The first letter of each, as written or in English, chooses it; Enter chooses where the focus is. */
function Sex({ value, onChange, error }: SexProps) {
  const { t } = useTranslation()
  const id = useId()
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const letter = event.key.toLocaleLowerCase()
    if (letter.length !== 1) return
    const chosen =
      SEXES.find((sex) => t(`ui.sex.${sex}`).toLocaleLowerCase().startsWith(letter)) ??
      SEXES.find((sex) => sex.startsWith(letter))
    if (!chosen) return
    onChange(chosen)
    // With the focus on it, so that Enter goes on with this one.
    event.currentTarget.querySelector<HTMLInputElement>(`input[value=${chosen}]`)?.focus()
  }
  return (
    <Radio.Group
      label={t('patients.form.sex')}
      value={value || null}
      onChange={(sex) => onChange(sex as Person['sex'])}
      error={error}
      onKeyDown={onKeyDown}
      data-wrong={error !== undefined}
      name={id}
      className={styles.wide ?? ''}
    >
      <div className={styles.choices}>
        {SEXES.map((sex) => (
          <Radio key={sex} value={sex} label={t(`ui.sex.${sex}`)} size="xs" />
        ))}
      </div>
    </Radio.Group>
  )
}

interface BirthProps {
  label: string
  value: string
  onChange: (value: string) => void
  error: string | undefined
}

/** An age or a date in one field; what it was understood as stands under it. */
function Birth({ error, ...field }: BirthProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const read = readBirth(field.value, new Date())
  const hint = read
    ? t('patients.form.understood', { born: format.born(read.birthDate, read.estimated) })
    : t('patients.form.birthHint')
  return <Field {...field} hint={error ? undefined : hint} error={error} className={styles.half ?? ''} maxLength={40} />
}
