/**
 * A program that opens a clinic and writes until it is killed: `engine-child.ts DIR SEED`, the password in the
 * environment. Says on stdout what it is about to write, and says so again once the write has returned. Each line is
 * written synchronously, so that whatever was said was said.
 */
import { writeSync } from 'node:fs'
import { KINDS } from '../../domain/kinds.ts'
import { openClinic, unwrap } from '../../engine/clinic.ts'
import { newId } from '../../engine/uuid.ts'
import { seeded } from './seed.ts'

/** Records that one transaction leaves behind: kind, id, the field that is looked at, and its value. */
export type Writing = {
  kind: 'patient' | 'observation' | 'encounter' | 'user'
  id: string
  field: string
  value: string
}[]

const [dir = '', seed = '0'] = process.argv.slice(2)
const random = seeded(Number(seed))
const upTo = (most: number) => Math.floor(random() * most)
const say = (what: string, writing?: Writing) => writeSync(1, `${JSON.stringify({ [what]: writing ?? [] })}\n`)

const clinic = await openClinic({ dir, login: 'admin', password: process.env.ALCOVE_PASSWORD ?? '' })
const context = clinic.engine.context
if (!context) throw new Error('nobody is signed in')
const { db, store, user } = context
const patients = store.list(KINDS.patient, { limit: 50 }).map(({ id }) => id)
say('ready')

for (;;) {
  const kind = upTo(10)
  if (kind < 4 || patients.length === 0) await register()
  else if (kind < 7) await change()
  else if (kind < 9) visit()
  else await rename()
  if (upTo(100) === 0) many()
}

async function register(): Promise<void> {
  const family = `F${upTo(1e9)}`
  // The engine gives the id, so what is about to be written is known by its name until then.
  say('writing', [{ kind: 'patient', id: '', field: 'family', value: family }])
  const { patient } = unwrap(await clinic.dispatch('patient.register', { sex: 'female', family }))
  say('written', [{ kind: 'patient', id: patient.id, field: 'family', value: family }])
  patients.push(patient.id)
}

async function change(): Promise<void> {
  const id = patients[upTo(patients.length)] as string
  const family = `F${upTo(1e9)}`
  const writing: Writing = [{ kind: 'patient', id, field: 'family', value: family }]
  say('writing', writing)
  unwrap(await clinic.dispatch('patient.change', { id, patch: { family } }))
  say('written', writing)
}

/** Several records that belong together: all of them or none. */
function visit(): void {
  const patient = patients[upTo(patients.length)] as string
  const encounter = newId()
  const observations = Array.from({ length: 3 }, () => newId())
  const writing: Writing = [
    { kind: 'encounter', id: encounter, field: 'patient', value: patient },
    ...observations.map((id) => ({ kind: 'observation' as const, id, field: 'patient', value: patient })),
  ]
  said(writing, () =>
    db.immediate(() => {
      store.save(KINDS.encounter, { id: encounter, patient, class: 'AMB', status: 'finished' })
      for (const id of observations)
        store.save(KINDS.observation, {
          id,
          patient,
          encounter,
          status: 'final',
          code: { display: 'Pulse' },
          value: { value: upTo(200), unit: '/min' },
        })
    }),
  )
}

/** As an import does: a transaction that takes a while. */
function many(): void {
  const writing: Writing = Array.from({ length: 80 }, () => ({
    kind: 'patient',
    id: newId(),
    field: 'family',
    value: `I${upTo(1e9)}`,
  }))
  said(writing, () =>
    db.immediate(() => {
      for (const { id, value } of writing) store.save(KINDS.patient, { id, sex: 'unknown', family: value })
    }),
  )
}

async function rename(): Promise<void> {
  const value = `Admin ${upTo(1e9)}`
  const writing: Writing = [{ kind: 'user', id: user.id, field: 'name', value }]
  say('writing', writing)
  unwrap(await clinic.dispatch('user.change', { id: user.id, patch: { name: value } }))
  say('written', writing)
}

function said(writing: Writing, write: () => unknown): void {
  say('writing', writing)
  write()
  say('written', writing)
}
