/** A facility and its first workstation. */
import { randomUUID } from 'node:crypto'
import { Workstation } from '../client/workstation.ts'
import type { NewFacility } from '../provision/create.ts'
import type { TestCloud } from './postgres.ts'

export interface Clinic {
  facility: NewFacility
  station: Workstation
}

/** One whose workstation has pushed so many patients. */
export async function clinicIn(cloud: Pick<TestCloud, 'facility'>, name: string, patients = 0): Promise<Clinic> {
  const facility = await cloud.facility(name)
  const station = await Workstation.enrolled(facility.enrollmentCode)
  for (let i = 0; i < patients; i++) station.change('patient', randomUUID(), { family: 'Rao' })
  if (patients > 0) {
    const { status, body } = await station.push()
    if (status !== 200) throw new Error(`not pushed: ${JSON.stringify(body)}`)
  }
  return { facility, station }
}
