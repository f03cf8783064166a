/** `facility rotate`, `revoke`, `invite`, `reenroll`. */
import { knownAddress } from '../../address.ts'
import { CloudError } from '../../errors.ts'
import { inviteWorkstation, reenrollFacility } from '../../provision/reenroll.ts'
import { type Rotated, revokeDevice, rotateFacility } from '../../provision/rotate.ts'
import type { Act } from '../facility.ts'
import { recoveryCode } from '../terminal.ts'

export const keys: Record<string, Act> = {
  rotate: {
    takes: ['FACILITY'],
    run: async (where, [typed = '']) => {
      const rotated = await rotateFacility(where, typed)
      return { value: rotated, prose: `${named(rotated)} has another password. ${proseOf(rotated)}` }
    },
  },
  revoke: {
    takes: ['FACILITY', 'DEVICE'],
    check: ([, device = '']) => {
      if (!/^[0-9a-f]{16}$/.test(device))
        throw new CloudError(
          'no-device',
          'A workstation’s id has 16 digits, 0-9 and a-f. `facility devices` shows them.',
        )
    },
    run: async (where, [typed = '', device = '']) => {
      const rotated = await revokeDevice(where, typed, device)
      return {
        value: { ...rotated, revoked: device },
        prose: `Workstation ${device} of ${named(rotated)} is out, with whatever it knew. ${proseOf(rotated)}`,
      }
    },
  },
  invite: {
    takes: ['FACILITY'],
    run: async (where, [typed = '']) => {
      const invited = await inviteWorkstation(where, typed, recoveryCode, await knownAddress(where))
      const prose = `Enrollment code, for one more workstation of ${named(invited)}, once: ${invited.enrollmentCode}
It sends what is recorded on it. It receives nothing of the other workstations: sync only sends so far.`
      return { value: invited, prose }
    },
  },
  reenroll: {
    takes: ['FACILITY'],
    run: async (where, [typed = '']) => {
      const made = await reenrollFacility(where, typed, recoveryCode, await knownAddress(where))
      const taken = made.revoked === 0 ? 'No workstation was in' : `Workstations taken out: ${made.revoked}`
      const prose = `${named(made)} has a new way in. ${taken}.
Enrollment code, for its admin, once: ${made.enrollmentCode}
Recovery code, for its safe, once, in place of the one before: ${made.recoveryCode}`
      return { value: made, prose }
    },
  },
}

/** By both: a name is what somebody typed, and an id is what no other facility has. */
function named({ facility, name }: { facility: string; name: string }): string {
  return `${name} (${facility})`
}

function proseOf({ devices, codes, refused }: Rotated): string {
  const stays = `${devices} ${devices === 1 ? 'workstation goes' : 'workstations go'} on, ${codes} unused ${codes === 1 ? 'code' : 'codes'}.`
  if (refused.length === 0) return stays
  return `${stays}\nNOBODY VOUCHES for ${refused.join(', ')}: somebody has changed the registry. They got nothing. Find out who it was.`
}
