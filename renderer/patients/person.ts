/** A patient as a form holds one, and the way there and back. */
import type { Patient } from '../../domain/kinds.ts'
import { type Birth, readBirth } from '../format/ages.ts'
import { showDate } from '../format/dates.ts'

export interface Person {
  given: string
  family: string
  prefix: string
  sex: Patient['sex'] | ''
  /** An age or a date, as typed. */
  birth: string
  phone: string
  line: string
  city: string
  district: string
  postalCode: string
  guardian: string
  relation: string
  guardianPhone: string
  abha: string
  bloodGroup: NonNullable<Patient['bloodGroup']> | ''
  note: string
}

export const NOBODY: Person = {
  given: '',
  family: '',
  prefix: '',
  sex: '',
  birth: '',
  phone: '',
  line: '',
  city: '',
  district: '',
  postalCode: '',
  guardian: '',
  relation: '',
  guardianPhone: '',
  abha: '',
  bloodGroup: '',
  note: '',
}

/** Fills the form from what was searched for: digits are a phone, a date a birth date, words a name. */
export function personFromSearch(text: string, today: Date): Person {
  const typed = text.trim()
  if (/^\+?[\d\s-]{7,}$/.test(typed) && !/^\d{4}-\d{1,2}-\d{1,2}$/.test(typed) && !readDate(typed, today))
    return { ...NOBODY, phone: typed }
  if (readDate(typed, today)) return { ...NOBODY, birth: typed }
  const [family, given] = typed.split(',').map((part) => capitalized(part.trim()))
  if (given !== undefined) return { ...NOBODY, family: family ?? '', given }
  const words = typed.split(/\s+/).filter(Boolean).map(capitalized)
  return words.length < 2
    ? { ...NOBODY, given: words[0] ?? '' }
    : { ...NOBODY, given: words.slice(0, -1).join(' '), family: words.at(-1) ?? '' }
}

// A bare number is a phone or a record number here, never an age.
function readDate(typed: string, today: Date): Birth | undefined {
  return /[-/. ]/.test(typed) ? readBirth(typed, today) : undefined
}

/** `asha` becomes `Asha`; `McRae` and `DE SOUZA` stay as they were typed. */
function capitalized(word: string): string {
  return word === word.toLocaleLowerCase() ? word.replace(/(^|[\s'-])\p{L}/gu, (it) => it.toLocaleUpperCase()) : word
}

export type Problem = 'name' | 'sex' | 'birth' | 'birthUnreadable' | 'abha'

/** What keeps the form from being saved, by field. */
export function problemsOf(person: Person, today: Date): Partial<Record<keyof Person, Problem>> {
  const digits = person.abha.replace(/\D/g, '')
  return {
    ...(person.given.trim() || person.family.trim() ? {} : { given: 'name' as const }),
    ...(person.sex ? {} : { sex: 'sex' as const }),
    ...(person.birth.trim() === ''
      ? { birth: 'birth' as const }
      : readBirth(person.birth, today)
        ? {}
        : { birth: 'birthUnreadable' as const }),
    ...(person.abha.trim() === '' || digits.length === 14 ? {} : { abha: 'abha' as const }),
  }
}

type Fields = Omit<Patient, 'id' | 'mrn' | 'source'>

/** The record's fields. What is empty is absent. */
export function fieldsOf(person: Person, today: Date): Fields {
  const birth = readBirth(person.birth, today)
  const { line, city, district, postalCode } = person
  const address = filled({ line, city, district, postalCode })
  const guardian = filled({ name: person.guardian, relation: person.relation, phone: person.guardianPhone })
  const digits = person.abha.replace(/\D/g, '')
  return {
    ...filled({ given: person.given, family: person.family, prefix: person.prefix, note: person.note }),
    sex: person.sex || 'unknown',
    ...(birth ? { birthDate: birth.birthDate, ...(birth.estimated ? { birthDateEstimated: true } : {}) } : {}),
    ...(person.phone.trim() ? { phones: [person.phone.trim()] } : {}),
    ...(Object.keys(address).length > 0 ? { address } : {}),
    ...(guardian.name ? { guardian: { ...guardian, name: guardian.name } } : {}),
    ...(digits ? { abhaNumber: digits.replace(/^(\d{2})(\d{4})(\d{4})(\d{4})$/, '$1-$2-$3-$4') } : {}),
    ...(person.bloodGroup ? { bloodGroup: person.bloodGroup } : {}),
  }
}

/** The form of a patient who is already here. */
export function personOf(patient: Patient, language: string): Person {
  return {
    given: patient.given ?? '',
    family: patient.family ?? '',
    prefix: patient.prefix ?? '',
    sex: patient.sex,
    birth: patient.birthDate ? showBirth(patient.birthDate, language) : '',
    phone: patient.phones?.[0] ?? '',
    line: patient.address?.line ?? '',
    city: patient.address?.city ?? '',
    district: patient.address?.district ?? '',
    postalCode: patient.address?.postalCode ?? '',
    guardian: patient.guardian?.name ?? '',
    relation: patient.guardian?.relation ?? '',
    guardianPhone: patient.guardian?.phone ?? '',
    abha: patient.abhaNumber ?? '',
    bloodGroup: patient.bloodGroup ?? '',
    note: patient.note ?? '',
  }
}

// A whole date is shown as it is typed; a part of one is kept in the form that reads back to the same part.
function showBirth(birthDate: string, language: string): string {
  return birthDate.length === 10 && language === 'en' ? showDate(birthDate, 'en') : birthDate
}

type Patch = { [Field in keyof Fields]?: Fields[Field] | null }

/** What of the record changes, given the form as it was and as it is. Fields that the form left alone are not touched. */
export function patchOf(patient: Patient, before: Person, after: Person, today: Date): Patch {
  const was = fieldsOf(before, today)
  const is = fieldsOf(after, today)
  const patch: Record<string, unknown> = {}
  for (const field of new Set([...Object.keys(was), ...Object.keys(is)]) as Set<keyof Fields>) {
    if (JSON.stringify(was[field]) === JSON.stringify(is[field])) continue
    patch[field] = is[field] ?? null
  }
  // A birth date that is left alone keeps whether it was an estimate, which the form does not hold.
  if (before.birth === after.birth) {
    delete patch.birthDate
    delete patch.birthDateEstimated
  } else if (patient.birthDateEstimated && !is.birthDateEstimated) patch.birthDateEstimated = null
  // The form shows the first of several phones, and a part of the address; the rest stays.
  if ('phones' in patch) {
    const phones = [...(is.phones ?? []), ...(patient.phones ?? []).slice(1)]
    patch.phones = phones.length > 0 ? phones : null
  }
  if ('address' in patch) {
    const { state, country } = patient.address ?? {}
    const address = { ...(state ? { state } : {}), ...(country ? { country } : {}), ...is.address }
    patch.address = Object.keys(address).length > 0 ? address : null
  }
  return patch as Patch
}

/** The patch that takes a patch back. */
export function undoOf(patient: Patient, patch: Patch): Patch {
  return Object.fromEntries(
    Object.keys(patch).map((field) => [field, patient[field as keyof Patient] ?? null]),
  ) as Patch
}

function filled<T extends Record<string, string>>(fields: T): { [Field in keyof T]?: string } {
  return Object.fromEntries(
    Object.entries(fields)
      .map(([field, value]) => [field, value.trim()])
      .filter(([, value]) => value !== ''),
  ) as { [Field in keyof T]?: string }
}
