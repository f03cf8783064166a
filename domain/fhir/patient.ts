import type { Patient } from '../kinds.ts'
import { patient } from '../records/patient.ts'
import {
  currentName,
  element,
  extension,
  listOf,
  OURS,
  present,
  readContacts,
  readExtension,
  readIdentifiers,
  readName,
  readRef,
  textExtension,
  writeIdentifier,
  writeName,
  writeRef,
  writeTime,
} from './elements.ts'
import type { Mapping } from './mapping.ts'
import { asLine, oneOf, type Reader } from './reader.ts'

const MRN = `${OURS}mrn`
const ABHA_NUMBER = 'https://healthid.abdm.gov.in'
const ABHA_ADDRESS = 'https://healthid.abdm.gov.in/address'
const LANGUAGES = 'urn:ietf:bcp:47'
const BLOOD_GROUPS = patient.fields.bloodGroup.unwrap().options

/** Patient. What R4 has no element for (blood group, an estimated birth date, a note) is in extensions of our own. */
export const patientMapping: Mapping<'patient'> = {
  kind: 'patient',
  resourceType: 'Patient',
  choices: ['deceased', 'multipleBirth'],
  unspoken: {
    name: (names) => names.filter((name) => name !== currentName(names)),
    telecom: (all) => all.filter(({ system }) => system !== 'phone' && system !== 'sms' && system !== 'email'),
    address: (all) => all.slice(1),
    contact: (all) => all.slice(1),
    communication: (all) => all.filter((one) => one !== (all.find(({ preferred }) => preferred) ?? all[0])),
    link: (all) => all.filter(({ type }) => type !== 'replaced-by'),
  },
  read: (it, links) => {
    const { all } = readIdentifiers(it)
    const numbered = (system: string) => all.find((one) => one.system === system)?.value
    const taken = [MRN, ABHA_NUMBER, ABHA_ADDRESS]
    const identifiers = all.filter(
      (one, at) => !(one.system && taken.includes(one.system) && all.findIndex((o) => o.system === one.system) === at),
    )
    const deceasedAt = it.dateTime('deceasedDateTime')
    const phones = readContacts(it, 'phone', 'sms')
    const merged = it.list('link').find((link) => link.text('type') === 'replaced-by')
    return {
      mrn: numbered(MRN),
      identifiers: identifiers.length > 0 ? identifiers : undefined,
      ...readName(it),
      sex: it.code('gender', patient.fields.sex.options) ?? 'unknown',
      birthDate: it.date('birthDate'),
      birthDateEstimated: readExtension(it, 'birth-date-estimated')?.boolean('valueBoolean'),
      bloodGroup: oneOf(readExtension(it, 'blood-group')?.text('valueString'), BLOOD_GROUPS),
      phones: phones.length > 0 ? phones : undefined,
      email: readContacts(it, 'email')[0],
      address: readAddress(it.first('address')),
      guardian: readGuardian(it.first('contact')),
      language: readLanguage(it),
      abhaNumber: numbered(ABHA_NUMBER),
      abhaAddress: numbered(ABHA_ADDRESS),
      deceased: deceasedAt ? true : it.boolean('deceasedBoolean'),
      deceasedAt,
      active: it.boolean('active'),
      mergedInto: readRef(merged?.object('other'), links, 'Patient'),
      note: readExtension(it, 'note')?.text('valueString'),
    }
  },
  write: (it) => {
    const numbered = (system: string, value: string | undefined) => (value ? [{ system, value }] : [])
    const { address, guardian } = it
    return {
      extension: listOf(
        extension('birth-date-estimated', 'valueBoolean', it.birthDateEstimated),
        textExtension('blood-group', it.bloodGroup),
        textExtension('note', it.note),
      ),
      identifier: listOf(
        ...numbered(MRN, it.mrn),
        ...numbered(ABHA_NUMBER, it.abhaNumber),
        ...numbered(ABHA_ADDRESS, it.abhaAddress),
        ...(it.identifiers ?? []).map(writeIdentifier),
      ),
      active: it.active,
      name: listOf(writeName(it)),
      telecom: listOf(
        ...(it.phones ?? []).map((value) => ({ system: 'phone', value })),
        it.email ? { system: 'email', value: it.email } : undefined,
      ),
      gender: it.sex,
      birthDate: it.birthDate,
      deceasedBoolean: it.deceasedAt ? undefined : it.deceased,
      deceasedDateTime: writeTime(it.deceasedAt),
      address: listOf(writeAddress(address)),
      contact: listOf(
        guardian &&
          element({
            relationship: guardian.relation ? [{ text: guardian.relation }] : undefined,
            name: { text: guardian.name },
            telecom: guardian.phone ? [{ system: 'phone', value: guardian.phone }] : undefined,
          }),
      ),
      communication: it.language ? [{ language: writeLanguage(it.language), preferred: true }] : undefined,
      link: it.mergedInto ? [{ other: writeRef(it.mergedInto) ?? {}, type: 'replaced-by' }] : undefined,
    }
  },
}

function readAddress(it: Reader | undefined) {
  if (!it) return undefined
  const lines = it.texts('line')
  const address = present({
    line: lines.length > 0 ? lines.join(', ') : it.text('text'),
    city: it.text('city'),
    district: it.text('district'),
    state: it.text('state'),
    postalCode: it.text('postalCode'),
    country: it.text('country'),
  })
  return Object.keys(address).length > 0 ? address : undefined
}

/** Key by key: an address that was stored comes back with its keys in another order. */
function writeAddress(address: Patient['address']) {
  if (!address) return undefined
  const { line, city, district, state, postalCode, country } = address
  return element({ line: listOf(line), city, district, state, postalCode, country })
}

function readGuardian(it: Reader | undefined) {
  const name = it?.object('name')
  if (!it || !name) return undefined
  const parts = [...name.texts('given'), name.text('family')].filter(Boolean).join(' ')
  const full = asLine(name.text('text') ?? parts)
  if (!full) return undefined
  const relation = it.first('relationship')
  return present({
    name: full,
    relation: relation?.text('text') ?? relation?.first('coding')?.text('display'),
    phone: readContacts(it, 'phone', 'sms')[0],
  })
}

/** A tag, as `hi` or `en-IN`, goes out as a code; a language's name goes out as text. */
function writeLanguage(language: string) {
  return /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(language)
    ? { coding: [{ system: LANGUAGES, code: language }] }
    : { text: language }
}

function readLanguage(it: Reader): string | undefined {
  const spoken = it.list('communication')
  const language = (spoken.find((one) => one.boolean('preferred')) ?? spoken[0])?.object('language')
  return language?.first('coding')?.line('code') ?? language?.line('text')
}
