/** `facility export`, `restore`. */
import { exportFacility } from '../../archive/export.ts'
import { restoreFacility } from '../../archive/restore.ts'
import { CloudError } from '../../errors.ts'
import type { Act } from '../facility.ts'
import { recoveryCode } from '../terminal.ts'

export const keep: Record<string, Act> = {
  export: {
    takes: ['FACILITY'],
    check: (_, { out }) => {
      if (!out) throw new CloudError('bad-arguments', 'Say with --out where the archive goes.')
    },
    run: async (where, [typed = ''], { out = '' }) => {
      const exported = await exportFacility(where, typed, out)
      const { entries, devices, refused } = exported
      const openers = `its recovery code and ${devices} ${devices === 1 ? 'workstation' : 'workstations'} can`
      const warning =
        refused.length > 0 ? `\nNOBODY VOUCHES for ${refused.join(', ')}: somebody has changed the registry.` : ''
      return {
        value: exported,
        prose: `${exported.file} holds ${entries} entries. You cannot open it; ${openers}.${warning}`,
      }
    },
  },
  restore: {
    takes: ['FACILITY', 'FILE'],
    run: async (where, [typed = '', file = '']) => {
      const restored = await restoreFacility(where, typed, file, recoveryCode)
      const { entries, records, blobs, visits, accessBreaks } = restored
      const found = entries + records + blobs + visits
      const prose = [
        found === 0
          ? 'Nothing was missing.'
          : `Put back: ${entries} entries, ${records} records, ${blobs} attachments, ${visits} visits of the access log.`,
        restored.newEpoch &&
          'Its workstations will look whether the server still has what they sent, and send the rest again.',
        accessBreaks > 0 &&
          `The archive’s access log did not hold together in ${accessBreaks} places when it was made.`,
      ]
      return { value: restored, prose: prose.filter(Boolean).join('\n') }
    },
  },
}
