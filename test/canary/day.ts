/**
 * A clinic's day with made-up words in every field that can hold one: `day.ts DIR`. Ends by writing on until it is
 * killed, so that there is a log that was never folded in.
 */
import { writeSync } from 'node:fs'
import { createClinic, openClinic, unwrap } from '../../engine/clinic.ts'
import { FLOOR } from '../../engine/keyring/argon2.ts'
import { CANARY, PASSWORD } from './words.ts'

const [dir = ''] = process.argv.slice(2)
const admin = { login: 'admin', name: CANARY.user, password: PASSWORD }
const made = await createClinic({
  dir,
  facility: 'Canary Clinic',
  admin,
  alsoClinician: true,
  recoveryNoted: true,
  kdf: FLOOR,
})
// The parent looks for these too. They go by a pipe, which leaves nothing on a disk.
writeSync(1, `${JSON.stringify({ codes: made.recoveryCodes })}\n`)
await made.clinic.close()
await openClinic({ dir, login: 'admin', password: `${PASSWORD}!` }).catch(() => undefined)
const clinic = await openClinic({ dir, login: 'admin', password: PASSWORD })

let last = ''
for (let n = 0; n < 400; n++) last = await register(n)
await visit(last)
await Promise.all(
  ['', CANARY.family.slice(0, 5), CANARY.phone.slice(0, 6)].map((text) => clinic.dispatch('patient.search', { text })),
)
unwrap(await clinic.dispatch('chart.get', { patient: last }))
unwrap(await clinic.dispatch('chart.timeline', { patient: last }))
// Errors are answered, and logged by whoever logs: with words in them that must not come back.
await clinic.dispatch('patient.register', { family: CANARY.family, sex: CANARY.note as 'unknown' })
sortEverything()
unwrap(await clinic.dispatch('backup.create', {}))
unwrap(await clinic.dispatch('data.verify', {}))
writeSync(1, '{"ready":true}\n')
for (let n = 400; ; n++) {
  await register(n)
  if (n % 50 === 0) sortEverything()
}

async function register(n: number): Promise<string> {
  const { patient } = unwrap(
    await clinic.dispatch('patient.register', {
      family: `${CANARY.family}${n}`,
      given: CANARY.given,
      sex: 'female',
      phones: [CANARY.phone],
      address: { line: CANARY.address },
      note: `${CANARY.note} `.repeat(30),
    }),
  )
  return patient.id
}

async function visit(patient: string): Promise<void> {
  const { encounter } = unwrap(await clinic.dispatch('visit.open', { patient, reason: CANARY.note }))
  const sections = [{ key: 'history', text: CANARY.note }]
  unwrap(await clinic.dispatch('visit.saveNote', { encounter: encounter.id, sections }))
  unwrap(await clinic.dispatch('visit.sign', { encounter: encounter.id }))
}

/** Sorts and groups far more than a page cache: what SQLite would put into temporary files, and does by default. */
function sortEverything(): void {
  const db = clinic.engine.context?.db
  db?.all(`with recursive n(i) as (select 1 union all select i + 1 from n where i < 40)
           select family || i as name, note from patient, n order by note || i desc, name limit 5`)
  db?.all('select count(distinct family || body) from patient, (select body from journal limit 40)')
}
