import { useDebouncedValue } from '@mantine/hooks'
import { useTranslation } from 'react-i18next'
import type { Candidate } from '../../engine/api-shapes.ts'
import { readBirth } from '../format/ages.ts'
import { useFormat } from '../format/use-format.ts'
import { useApi } from '../queries.ts'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import styles from './Duplicates.module.css'
import type { Person } from './person.ts'

const CERTAIN = 0.9
const WHY = ['phone', 'birthDate', 'name', 'nameSounds'] as const

/** Those who may be the person being registered, while they are being typed. */
export function Duplicates({ person, onOpen }: { person: Person; onOpen: (patient: string) => void }) {
  const { t } = useTranslation()
  const [settled] = useDebouncedValue(person, 150)
  const known = asked(settled)
  const found = useApi('patient.duplicates', known, { enabled: Object.keys(known).length > 0, keep: true })
  const nothing = Object.keys(known).length === 0
  const candidates = nothing ? [] : (found.data?.candidates ?? [])
  return (
    <aside className={styles.side} aria-label={t('patients.duplicates.title')}>
      <h2>{t('patients.duplicates.title')}</h2>
      <ErrorNote error={found.error} />
      <div aria-live="polite">
        {candidates.length === 0 && (
          <p className={styles.quiet}>
            {nothing ? t('patients.duplicates.waiting') : found.isSuccess && t('patients.duplicates.none')}
          </p>
        )}
        <ul className={styles.list}>
          {candidates.map((candidate) => (
            <li key={candidate.id}>
              <Alike candidate={candidate} onOpen={() => onOpen(candidate.id)} />
            </li>
          ))}
        </ul>
      </div>
    </aside>
  )
}

function Alike({ candidate, onOpen }: { candidate: Candidate; onOpen: () => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const certain = candidate.score >= CERTAIN
  const why = WHY.filter((reason) => candidate.why.includes(reason)).map((reason) =>
    t(`patients.duplicates.why.${reason}`),
  )
  const facts = [
    format.born(candidate.birthDate, candidate.birthDateEstimated),
    t(`ui.sex.${candidate.sex}`),
    candidate.phone,
    candidate.mrn,
  ]
  return (
    <button type="button" className={styles.candidate} data-certain={certain} onClick={onOpen}>
      <span className={styles.name}>{candidate.name}</span>
      <span className={styles.facts}>
        {facts
          .filter((fact) => fact !== undefined)
          .map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
      </span>
      <span className={styles.why}>
        {certain ? `${t('patients.duplicates.certain')}: ` : ''}
        {why.join(', ')}
      </span>
      <span className={styles.open}>{t('patients.duplicates.open')}</span>
    </button>
  )
}

function asked(person: Person) {
  const birth = readBirth(person.birth, new Date())
  const given = person.given.trim()
  const family = person.family.trim()
  const phone = person.phone.trim()
  // A sex or an age alone is half the town.
  if (given.length + family.length < 2 && phone.length < 6) return {}
  return {
    ...(given ? { given } : {}),
    ...(family ? { family } : {}),
    ...(phone ? { phones: [phone] } : {}),
    ...(person.sex ? { sex: person.sex } : {}),
    ...(birth ? { birthDate: birth.birthDate } : {}),
  }
}
