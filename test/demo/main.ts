/**
 * `npm run demo`: the main job, headless, with real parts. A clinic sets itself up, brings its records in, finds a patient,
 * records a visit; its admin switches sync on; the rows are in the clinic's own schema, and a neighbour is refused.
 * Ends with 0 only if every step held.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3-multiple-ciphers'
import { type Clinic, createClinic, openClinic, unwrap } from '../../engine/clinic.ts'
import { clockHere } from '../../engine/sample/day.ts'
import { writeSample } from '../../engine/sample/sample.ts'
import { forkWorker } from '../../sync/worker/child.ts'
import { inetSockets } from '../inet-sockets.ts'
import { asFacility, type NewFacility, type RunningCloud, startCloud } from './cloud.ts'
import { count, must, StepFailed, say } from './narrate.ts'

const PATIENTS = 60
const PASSWORD = randomBytes(18).toString('base64url')

const dir = mkdtempSync(join(tmpdir(), 'alcove-demo-'))
const clinicDir = join(dir, 'clinic')
const cloudDir = join(dir, 'cloud')
let cloud: RunningCloud | undefined
let clinic: Clinic | undefined

const started = performance.now()
try {
  const patient = await setUp()
  await recordVisit(patient)
  await unreadable()
  const { facility, neighbour } = await openCloud()
  await sync(facility)
  await sameRows(facility)
  await neighbourRefused(facility, neighbour)
  await syncOff()
  console.log(`\nEvery step held, in ${((performance.now() - started) / 1000).toFixed(1)} seconds.`)
} catch (error) {
  process.exitCode = 1
  console.error(`\nThe demo stops here. ${error instanceof StepFailed ? error.message : (error as Error).stack}`)
} finally {
  await clinic?.close()
  await cloud?.stop()
  rmSync(dir, { recursive: true, force: true })
}

/** A facility, its records, and a patient found by a misspelled name. */
async function setUp(): Promise<string> {
  const admin = { login: 'asha', name: 'Dr Asha Sample', password: PASSWORD, registrationNumber: 'DEMO-1' }
  const created = await createClinic({
    dir: clinicDir,
    facility: 'Sample Clinic',
    admin,
    alsoClinician: true,
    recoveryNoted: true,
  })
  clinic = created.clinic
  const opened = inetSockets(process.pid)
  must(opened === undefined || opened.length === 0, 'A network socket is open although sync was never turned on.')
  say('Sample Clinic is set up: an encrypted database, an admin, and two recovery codes to print.')

  const bundle = join(dir, 'old-records.json')
  await writeSample(bundle, { patients: PATIENTS, ...clockHere(new Date()) })
  const report = unwrap(await clinic.dispatch('data.import', { path: bundle }))
  const records = Object.values(report.records).reduce((sum, n) => sum + n, 0)
  must(report.failed.length === 0, 'The import reports a failure.')
  must(report.patients >= 50, `Only ${report.patients} patients came in.`)
  say(
    `Its old records are in, from one FHIR bundle (${count(Math.round(statSync(bundle).size / 1024), 'kB', 'kB')}): ` +
      `${count(report.patients, 'invented patient')}, ${count(records, 'record')}, none failed, in ${(report.ms / 1000).toFixed(1)} s.`,
  )
  const again = unwrap(await clinic.dispatch('data.import', { path: bundle }))
  must(
    Object.values(again.records).every((n) => n === 0) && again.unchanged >= records,
    'Importing the same file twice changed something.',
  )
  say('The same file once more changes nothing.')

  const { results, ms } = unwrap(await clinic.dispatch('patient.search', { text: 'laxmi' }))
  const found = results.find((hit) => /lakshmi/i.test(hit.name))
  must(found, 'Searching “laxmi” did not find Lakshmi.')
  say(`Typing “laxmi” finds ${found.name} in ${ms.toFixed(1)} ms.`)
  return found.id
}

async function recordVisit(patient: string): Promise<void> {
  must(clinic, 'No clinic.')
  const { encounter } = unwrap(await clinic.dispatch('visit.open', { patient, reason: 'Fever since yesterday' }))
  const now = new Date().toISOString()
  unwrap(
    await clinic.dispatch('observation.record', {
      patient,
      encounter: encounter.id,
      category: 'vital-signs',
      code: { system: 'http://loinc.org', code: '85354-9', display: 'Blood pressure' },
      effective: now,
      components: [
        {
          code: { system: 'http://loinc.org', code: '8480-6', display: 'Systolic' },
          value: { value: 118, unit: 'mm[Hg]' },
        },
        {
          code: { system: 'http://loinc.org', code: '8462-4', display: 'Diastolic' },
          value: { value: 76, unit: 'mm[Hg]' },
        },
      ],
    }),
  )
  const { codes } = unwrap(await clinic.dispatch('code.search', { system: 'icd10', text: 'viral fever' }))
  const diagnosis = codes[0]
  must(diagnosis, 'No ICD-10 code was found for a viral fever.')
  unwrap(
    await clinic.dispatch('condition.add', {
      patient,
      encounter: encounter.id,
      code: { system: 'http://hl7.org/fhir/sid/icd-10', code: diagnosis.code, display: diagnosis.display },
      clinicalStatus: 'active',
    }),
  )
  unwrap(
    await clinic.dispatch('medication.add', {
      patient,
      encounter: encounter.id,
      status: 'active',
      intent: 'order',
      medication: { display: 'Paracetamol' },
      strength: '500 mg',
      dose: { pattern: '1-0-1' },
      durationDays: 5,
    }),
  )
  unwrap(
    await clinic.dispatch('visit.saveNote', {
      encounter: encounter.id,
      sections: [{ key: 'complaint', text: 'Fever since yesterday, no cough.' }],
    }),
  )
  const { note } = unwrap(await clinic.dispatch('visit.sign', { encounter: encounter.id }))
  must(note.status === 'final', 'The note is not signed.')
  say(
    `A visit is recorded: 118/76, ${diagnosis.code} ${diagnosis.display}, paracetamol 500 mg 1-0-1 for 5 days; the note is signed.`,
  )

  const verified = unwrap(await clinic.dispatch('data.verify', {}))
  must(verified.ok, `verify found: ${verified.problems[0]}`)
  say(
    `The journal verifies: ${count(verified.entries, 'entry', 'entries')}, each chained to the one before, all records folded again and equal.`,
  )
}

/** Nothing readable without the key. */
async function unreadable(): Promise<void> {
  must(clinic, 'No clinic.')
  await clinic.close()
  clinic = undefined
  const file = join(clinicDir, 'clinic.db')
  const bytes = readFileSync(file)
  for (const canary of ['SQLite format 3', 'Lakshmi', 'Paracetamol', 'Sample Clinic']) {
    must(!bytes.includes(canary), `The word ${canary} is readable in the database file.`)
  }
  must(refusesToOpen(file), 'The database opens without its key.')
  const wrong = await openClinic({ dir: clinicDir, login: 'asha', password: `${PASSWORD}x` }).then(
    () => undefined,
    (error: { code?: string; message: string }) => error,
  )
  must(wrong?.code === 'wrong-password', 'A wrong password was not refused.')
  say(`Without the key the file is noise: SQLite says “file is not a database”. A wrong password: “${wrong.message}”`)
  clinic = await openClinic({ dir: clinicDir, login: 'asha', password: PASSWORD })
}

function refusesToOpen(file: string): boolean {
  const plain = new Sqlite(file, { fileMustExist: true })
  try {
    plain.prepare('select count(*) from sqlite_schema').get()
    return false
  } catch (error) {
    return (error as { code?: string }).code === 'SQLITE_NOTADB'
  } finally {
    plain.close()
  }
}

async function openCloud(): Promise<{ facility: NewFacility; neighbour: NewFacility }> {
  cloud = await startCloud(cloudDir)
  const facility = await cloud.facility('Sample Clinic')
  const neighbour = await cloud.facility('Neighbour Clinic')
  say(
    `The cloud is up at ${cloud.url}, with a schema for Sample Clinic and one for Neighbour Clinic in the same PostgreSQL.`,
  )
  return { facility, neighbour }
}

async function sync(facility: NewFacility): Promise<void> {
  must(clinic, 'No clinic.')
  unwrap(await clinic.dispatch('sync.enroll', { code: facility.enrollmentCode }))
  const worker = await forkWorker(clinic.outbox)
  try {
    await worker.enroll(facility.enrollmentCode)
    const { waiting } = unwrap(await clinic.dispatch('sync.status', {}))
    must(waiting > 0, 'Nothing waits to be sent.')
    const { sent } = await worker.once()
    const after = unwrap(await clinic.dispatch('sync.status', {}))
    must(after.waiting === 0 && after.failed === 0, `${after.waiting} entries still wait, ${after.failed} failed.`)
    say(
      `The admin pastes the enrollment code; the worker, a process of its own without the database's key, sends ${count(sent, 'entry', 'entries')}. Nothing waits.`,
    )
  } finally {
    await worker.stop()
  }
}

/** The same rows, kind by kind, in the facility's own schema. */
async function sameRows(facility: NewFacility): Promise<void> {
  must(clinic, 'No clinic.')
  const remote = await clinic.outbox.remote()
  must(remote, 'Sync is not on.')
  const there = await asFacility(
    cloudDir,
    facility,
    { device: remote.device, deviceSecret: remote.secret },
    async (client) => {
      const { rows } = await client.query<{ kind: string; n: number }>(
        `select kind, count(*)::int as n from ${facility.schema}.record group by kind`,
      )
      return new Map(rows.map((row) => [row.kind, row.n]))
    },
  )
  const { records: here } = unwrap(await clinic.dispatch('data.counts', {}))
  for (const [kind, n] of Object.entries(here)) {
    must((there.get(kind) ?? 0) === n, `${n} rows of ${kind} here, ${there.get(kind) ?? 0} in the cloud.`)
  }
  const total = Object.values(here).reduce((sum, n) => sum + n, 0)
  say(
    `Counted in the clinic's own schema as its own role: ${count(there.get('patient') ?? 0, 'patient')}, ${count(total, 'record')} in all, kind by kind the same as here.`,
  )
}

async function neighbourRefused(facility: NewFacility, neighbour: NewFacility): Promise<void> {
  await asFacility(cloudDir, neighbour, { enrollmentCode: neighbour.enrollmentCode }, async (client) => {
    const own = await client.query(`select count(*)::int as n from ${neighbour.schema}.record`)
    must(own.rows[0]?.n === 0, 'The neighbour could not read its own empty schema.')
    const refused = await client.query(`select * from ${facility.schema}.record`).then(
      () => undefined,
      (error: { code?: string; message: string }) => error,
    )
    must(refused?.code === '42501', 'The neighbour was not refused by the database.')
    say(
      `The neighbour, logged in as itself, reads its own schema (0 records) and is refused ours by PostgreSQL: “${refused.message}” (${refused.code}).`,
    )
  })
}

async function syncOff(): Promise<void> {
  must(clinic, 'No clinic.')
  const status = unwrap(await clinic.dispatch('sync.off', {}))
  must(!status.enabled, 'Sync is still on.')
  const open = inetSockets(process.pid)
  must(open === undefined || open.length === 0, `Sockets are open: ${open?.join(', ')}`)
  must(existsSync(join(clinicDir, 'clinic.db')), 'The records are gone.')
  say(
    open === undefined
      ? 'Sync is off, and the worker is gone. (This system does not tell which sockets are open.)'
      : 'Sync is off: the worker is gone, and this process has no network socket open.',
  )
}
