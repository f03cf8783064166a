/**
 * For the tests of the file that imports it: a facility with a record in it and its neighbor, who has a login of its own and
 * wants to get at that record. What is exported is there while a test runs.
 */
import type pg from 'pg'
import { afterAll, beforeAll, expect } from 'vitest'
import type { Workstation } from '../client/workstation.ts'
import type { NewFacility } from '../provision/create.ts'
import { clinicIn } from './clinic.ts'
import { forFile } from './for-file.ts'
import { connected, loginOf, testCloud } from './postgres.ts'

/** SQLSTATE insufficient_privilege: what a neighbor is told. */
export const DENIED = '42501'
/** The family name in the record. */
export const CANARY = 'CANARY-7f1d'
export const TABLES = ['journal', 'record', 'blob', 'device', 'access_log', 'head', 'meta']

export const cloud = forFile(testCloud)
export let victim: NewFacility
export let neighbor: NewFacility
export let station: Workstation
export let other: Workstation
export let victimLogin: pg.ClientConfig
export let neighborLogin: pg.ClientConfig

beforeAll(async () => {
  ;({ facility: victim, station } = await clinicIn(cloud, 'Victim'))
  ;({ facility: neighbor, station: other } = await clinicIn(cloud, 'Neighbor'))
  station.change('patient', '00000000-0000-4000-8000-000000000001', { family: CANARY, sex: 'female', active: true })
  other.change('patient', '00000000-0000-4000-8000-000000000002', { family: 'Other', sex: 'male' })
  for (const one of [station, other]) expect((await one.push()).status).toBe(200)
  victimLogin = await loginOf(cloud, victim, station)
  neighborLogin = await loginOf(cloud, neighbor, other)
})
afterAll(() => {
  station?.close()
  other?.close()
})

export const asNeighbor = <T>(work: (client: pg.Client) => Promise<T>) => connected(neighborLogin, work)
export const asVictim = <T>(work: (client: pg.Client) => Promise<T>) => connected(victimLogin, work)
