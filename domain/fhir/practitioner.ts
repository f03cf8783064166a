import { currentName, listOf, readContacts, readIdentifiers, readName, writeIdentifier, writeName } from './elements.ts'
import type { Mapping } from './mapping.ts'

/** HL7 v2 table 0203: the number under which somebody is licensed to practice. */
const LICENSE = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MD' }] }

/** Practitioner. */
export const practitionerMapping: Mapping<'practitioner'> = {
  kind: 'practitioner',
  resourceType: 'Practitioner',
  choices: [],
  unspoken: {
    name: (names) => names.filter((name) => name !== currentName(names)),
    telecom: (all) => all.filter(({ system }) => system !== 'phone' && system !== 'email'),
    qualification: (all) => all.slice(1),
  },
  read: (it) => {
    const { all, codes } = readIdentifiers(it)
    const license = codes.indexOf('MD')
    const identifiers = all.filter((_, at) => at !== license)
    const qualification = it.first('qualification')?.object('code')
    return {
      identifiers: identifiers.length > 0 ? identifiers : undefined,
      ...readName(it),
      qualification: qualification?.line('text') ?? qualification?.first('coding')?.line('display'),
      registrationNumber: all[license]?.value,
      phone: readContacts(it, 'phone')[0],
      email: readContacts(it, 'email')[0],
      active: it.boolean('active'),
    }
  },
  write: (it) => ({
    identifier: listOf(
      it.registrationNumber ? { type: LICENSE, value: it.registrationNumber } : undefined,
      ...(it.identifiers ?? []).map(writeIdentifier),
    ),
    active: it.active,
    name: listOf(writeName(it)),
    telecom: listOf(
      it.phone ? { system: 'phone', value: it.phone } : undefined,
      it.email ? { system: 'email', value: it.email } : undefined,
    ),
    qualification: it.qualification ? [{ code: { text: it.qualification } }] : undefined,
  }),
}
