import { resolve } from 'node:path'
import { unwrap } from '../../../engine/clinic.ts'
import { command } from '../command.ts'
import { only, withClinic } from '../open.ts'
import { misuse } from '../refusal.ts'

export const importCodes = command<{ codes: number }>({
  name: 'codes import',
  says: 'Loads a full list of codes, on top of the short one that Alcove brings.',
  takes: '--system icd10 FILE.csv',
  options: { system: { type: 'string' } },
  run: (call) => {
    if (call.values.system !== 'icd10') throw misuse('Say which list it is: --system icd10 is the one there is.')
    const path = resolve(only(call, 'file'))
    return withClinic(call, async (clinic) => {
      const { codes } = unwrap(await clinic.dispatch('code.import', { system: 'icd10', path }))
      return { codes }
    })
  },
  show: ({ codes }) => `${codes} codes.`,
})
