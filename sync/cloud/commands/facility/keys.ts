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
      return { value: rotated, prose: `${rotated.facility} has another password. ${proseOf(rotated)}` }
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
        prose: `Workstation ${device} is out, with whatever it knew. ${proseOf(rotated)}`,
      }
    },
  },
  invite: {
    takes: ['FACILITY'],
    run: async (where, [typed = '']) => {
      const invited = await inviteWorkstation(where, typed, recoveryCode, await knownAddress(where))
      return { value: invited, prose: `Enrollment code, for one more workstation, once: ${invited.enrollmentCode}` }
    },
  },
  reenroll: {
    takes: ['FACILITY'],
    run: async (where, [typed = '']) => {
      const made = await reenrollFacility(where, typed, recoveryCode, await knownAddress(where))
      const prose = `${made.revoked === 0 ? 'No workstation was in.' : `Workstations taken out: ${made.revoked}.`}
Enrollment code, for its admin, once: ${made.enrollmentCode}
Recovery code, for its safe, once, in place of the one before: ${made.recoveryCode}`
      return { value: made, prose }
    },
  },
}

function proseOf({ devices, codes, refused }: Rotated): string {
  const stays = `${devices} ${devices === 1 ? 'workstation goes' : 'workstations go'} on, ${codes} unused ${codes === 1 ? 'code' : 'codes'}.`
  if (refused.length === 0) return stays
  return `${stays}\nNOBODY VOUCHES for ${refused.join(', ')}: somebody has changed the registry. They got nothing. Find out who it was.`
}
