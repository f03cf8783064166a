/** An entry of the journal in words. What was done and to what kind of thing; never a value, as admins read this. */

import type { EntryBody } from '../../domain/entry.ts'
import { lookup } from '../../domain/lookup.ts'

const THINGS = lookup<string>({
  patient: 'patient',
  practitioner: 'practitioner',
  encounter: 'visit',
  observation: 'measurement or finding',
  condition: 'problem or diagnosis',
  allergy_intolerance: 'allergy',
  medication_request: 'prescription line',
  immunization: 'immunization',
  procedure: 'procedure',
  diagnostic_report: 'report',
  composition: 'note',
  user: 'user',
  unmodeled: 'imported resource',
})

/** What sessions and admins do, by the name under which it is noted. */
const DEEDS = lookup<string>({
  'session.signedIn': 'Signed in',
  'session.signedOut': 'Signed out',
  'session.failed': 'Somebody failed to sign in',
  'session.recovered': 'Signed in with a recovery code',
  'session.passwordChanged': 'Changed their password',
  'clinic.created': 'Set the clinic up',
  'keyring.fellBack': 'The clinic’s keys were damaged; the previous ones were used',
  'keyring.older':
    'The clinic’s keys (keyring.json) are older than the records: put back from a backup, or by somebody',
  'user.added': 'Added a user',
  'user.changed': 'Changed a user',
  'user.passwordReset': 'Set a new password for a user',
  'user.removed': 'Removed a user',
  'data.verified': 'Checked the records',
  'data.imported': 'Imported records',
  'data.exported': 'Exported records',
  'backup.created': 'Made a backup',
  'codes.imported': 'Imported a list of codes',
  'access.broken': 'Found that the list of who came to the cloud copy does not hold',
  'access.exported': 'Exported who came to the cloud copy',
  'sync.enrolled': 'Enrolled this workstation for cloud sync',
  'sync.on': 'Switched cloud sync on',
  'sync.off': 'Switched cloud sync off',
})

export function summaryOf({ kind, record, fields = {}, base = [] }: EntryBody): string {
  if (kind === 'access') return fields.what === 'print' ? 'Printed a prescription' : 'Opened a chart'
  if (kind !== 'change') return DEEDS[record] ?? inWords(record)
  const thing = THINGS[record] ?? inWords(record).toLowerCase()
  if (base.length === 0) return record === 'patient' ? 'Registered a patient' : `Added ${article(thing)}`
  if (record === 'composition' && fields.signedAt) return 'Signed a note'
  if (record === 'encounter' && fields.status === 'finished') return 'Finished a visit'
  const names = Object.keys(fields).map((field) => inWords(field).toLowerCase())
  return `Changed ${article(thing)}: ${names.join(', ')}`
}

function article(thing: string): string {
  return `${/^[aeiou]/.test(thing) && !thing.startsWith('user') ? 'an' : 'a'} ${thing}`
}

/** `birthDateEstimated` → `Birth date estimated`. */
function inWords(name: string): string {
  const words = name
    .replace(/[._]/g, ' ')
    .replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}
