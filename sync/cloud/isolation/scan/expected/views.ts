/**
 * What a facility's views show, written down a second time like `facility.ts`: of each kind of record its fields, in their
 * order, with the type where it is not text.
 */
export const FIRST_VIEWS: Readonly<Record<string, string>> = {
  patient:
    'mrn identifiers:json family given prefix sex birthDate birthDateEstimated:boolean bloodGroup phones:json email ' +
    'address:json guardian:json language abhaNumber abhaAddress deceased:boolean deceasedAt active:boolean mergedInto ' +
    'note source:json',
  practitioner:
    'identifiers:json family given prefix qualification registrationNumber phone email active:boolean source:json',
  encounter: 'patient practitioner class status type:json reason:json start end token:integer note source:json',
  observation:
    'patient encounter performer status category code:json value:json concept:json valueText components:json effective ' +
    'issued range:json flag replaces note source:json',
  condition:
    'patient encounter recorder code:json clinicalStatus verificationStatus category onset abatement recorded note ' +
    'source:json',
  allergy_intolerance:
    'patient encounter recorder code:json type category criticality clinicalStatus verificationStatus reactions:json ' +
    'onset recorded note source:json',
  medication_request:
    'patient encounter requester status intent medication:json brand strength form dose:json durationDays:integer ' +
    'quantity:json route instructions asNeeded:boolean reason:json authored note source:json',
  immunization:
    'patient encounter performer status vaccine:json occurrence doseNumber:integer lot site nextDue note source:json',
  procedure: 'patient encounter performer status code:json reason:json start end note source:json',
  diagnostic_report:
    'patient encounter performer status code:json effective issued results:json conclusion source:json',
  composition:
    'patient encounter author status type:json title date sections:json amends signedBy signedAt source:json',
  user: 'login name roles:json practitioner active:boolean source:json',
  unmodeled: 'resourceType patient resource:json source:json',
}

/** A field as a column, as PostgreSQL writes the expression out. One that holds something else than its type is null. */
const AS: Readonly<Record<string, (field: string) => string>> = {
  text: (field) => `(fields ->> '${field}'::text)`,
  json: (field) => `(fields -> '${field}'::text)`,
  boolean: (field) =>
    `CASE WHEN (jsonb_typeof((fields -> '${field}'::text)) = 'boolean'::text) ` +
    `THEN ((fields -> '${field}'::text))::boolean ELSE NULL::boolean END`,
  integer: (field) =>
    `CASE WHEN ((jsonb_typeof((fields -> '${field}'::text)) = 'number'::text) ` +
    `AND (abs(((fields -> '${field}'::text))::numeric) < ('9007199254740992'::bigint)::numeric)) ` +
    `THEN ((fields -> '${field}'::text))::bigint ELSE NULL::bigint END`,
}

/** The first 48 bits of a reading of the clock are milliseconds. */
const TIME = (column: string) =>
  `to_timestamp((((((('x'::text || substr(${column}, 1, 12)))::bit(48))::bigint)::numeric / 1000.0))::double precision)`

/** What a view of some fields says: its columns, each `expression AS name`, and then where they come from. */
export function viewSays(kind: string, fields: string): string[] {
  const columns = fields.split(' ').map((one) => {
    const [field = '', type = 'text'] = one.split(':')
    const name = field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    return `${AS[type]?.(field)} AS ${name}`
  })
  return [
    'id',
    ...columns,
    `${TIME('created')} AS recorded_at`,
    `${TIME('updated')} AS changed_at`,
    ...['conflicts', 'seq'],
    `FROM <schema>.record WHERE (kind = '${kind}'::text)`,
  ]
}
