/** `facility create`, `list`, `devices`. */
import { knownAddress } from '../../address.ts'
import { createFacility } from '../../provision/create.ts'
import { type ListedFacility, listDevices, listFacilities } from '../../provision/list.ts'
import { facilityName } from '../../provision/name.ts'
import { FACILITY_VERSION } from '../../schema/steps.ts'
import { HOME, serverId, serverNamed } from '../../servers/server.ts'
import type { Act } from '../facility.ts'

export const make: Record<string, Act> = {
  create: {
    takes: ['NAME'],
    check: ([name = ''], { server = HOME }) => {
      facilityName(name)
      serverId(server)
    },
    run: async (where, [name = ''], { server = HOME }) => {
      const address = await knownAddress(where)
      const place = server === HOME ? undefined : { server: await serverNamed(where, server) }
      const made = await createFacility(where, name, address, FACILITY_VERSION, place)
      const prose = `${name} is made: ${made.facility}, schema ${made.schema}.
Enrollment code, for its admin, once: ${made.enrollmentCode}
Recovery code, for its safe, once: ${made.recoveryCode}
It leads to ${address.url}.`
      return { value: made, prose }
    },
  },
  list: {
    takes: [],
    run: async (where) => {
      const facilities = await listFacilities(where)
      return { value: { facilities }, prose: facilities.map(lineOf).join('\n') || 'There is no facility yet.' }
    },
  },
  devices: {
    takes: ['FACILITY'],
    run: async (where, [typed = '']) => {
      const devices = await listDevices(where, typed)
      const lines = devices.map(
        ({ device, enrolledAt, revokedAt }) =>
          `${device}  enrolled ${day(enrolledAt)}${revokedAt ? `, taken out ${day(revokedAt)}` : ''}`,
      )
      return { value: { devices }, prose: lines.join('\n') || 'No workstation was ever enrolled there.' }
    },
  },
}

function lineOf(one: ListedFacility): string {
  const share = Math.ceil((100 * one.storedBytes) / one.quotaBytes)
  const stored = one.readOnly ? 'full, read-only' : `${share} % of ${(one.quotaBytes / 1e9).toFixed(1)} GB`
  const devices = `${one.devices} ${one.devices === 1 ? 'workstation' : 'workstations'}`
  return [one.facility, one.state, `version ${one.version}`, stored, devices, `on ${one.server}`, one.name].join('  ')
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10)
}
