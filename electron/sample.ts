import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClinic, unwrap } from '../engine/clinic.ts'
import { clockHere } from '../engine/sample/day.ts'
import { writeSample } from '../engine/sample/sample.ts'

const LOGIN = 'asha'
const PATIENTS = 120

export interface Sample {
  dir: string
  login: string
  password: string
}

/** A clinic of invented people in a folder of its own, with a password made up for it. Whoever asks removes the folder. */
export async function makeSample(dir?: string): Promise<Sample> {
  const place = dir ?? (await mkdtemp(join(tmpdir(), 'alcove-sample-')))
  const password = randomBytes(12).toString('base64url')
  const { clinic } = await createClinic({
    dir: place,
    facility: 'Sample Clinic',
    admin: { login: LOGIN, name: 'Dr Asha Rao', password, qualification: 'MBBS', registrationNumber: 'SAMPLE 41234' },
    alsoClinician: true,
    recoveryNoted: true,
  })
  const bundle = join(place, 'sample.json')
  try {
    // Visits count back from now and here, so that a newcomer sees a full day, whatever the hour and the time zone.
    await writeSample(bundle, { patients: PATIENTS, ...clockHere(new Date()) })
    unwrap(await clinic.dispatch('data.import', { path: bundle }))
  } finally {
    await rm(bundle, { force: true })
    await clinic.close()
  }
  return { dir: place, login: LOGIN, password }
}
