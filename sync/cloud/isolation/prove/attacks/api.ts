/** At the gateway, as a program that speaks its protocol. */
import { type Attack, ControlFailed } from '../attack.ts'

export const api: readonly Attack[] = [
  {
    id: 'api.other-facility',
    group: 'api',
    title: 'A workstation names its neighbor’s facility with its own, valid secret.',
    control: async ({ attacker }) => {
      const { status } = await attacker.station.hello()
      if (status !== 200) throw new ControlFailed(`its own facility answers ${status}`)
    },
    attempt: async ({ attacker: { station }, victim }) => {
      const own = station.facility
      station.facility = victim.facility
      try {
        const { status, body } = await station.hello()
        return { status, code: body.error?.code }
      } finally {
        station.facility = own
      }
    },
    expect: { status: 401, code: 'unauthorized' },
  },
]
