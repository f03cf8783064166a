/**
 * For the tests of the file that imports it: one cloud, and in it for each test a facility of its own with a workstation.
 * What is exported is there while a test runs.
 */
import { beforeEach } from 'vitest'
import type { Workstation } from '../client/workstation.ts'
import type { NewFacility } from '../provision/create.ts'
import { clinicIn } from './clinic.ts'
import { forFile } from './for-file.ts'
import { testCloud } from './postgres.ts'

export const cloud = forFile(testCloud)
/** The test's clinic is called `Clinic` and this number. */
export let made = 0
export let facility: NewFacility
export let station: Workstation

beforeEach(async () => {
  const clinic = await clinicIn(cloud, `Clinic ${++made}`)
  facility = clinic.facility
  station = clinic.station
  return () => clinic.station.close()
})
