import { resolve } from 'node:path'
import { unwrap } from '../../../engine/clinic.ts'
import { command } from '../command.ts'
import { withClinic } from '../open.ts'
import { misuse } from '../refusal.ts'

export const exportAll = command({
  name: 'export',
  says: 'Writes everything to a file, as one FHIR R4 collection bundle. The file is not encrypted.',
  takes: '--out FILE',
  options: { out: { type: 'string' } },
  run: (call) => {
    const { out } = call.values
    if (typeof out !== 'string' || out === '') throw misuse('Say which file to write, with --out FILE.')
    return withClinic(call, async (clinic) => unwrap(await clinic.dispatch('data.export', { path: resolve(out) })))
  },
  show: ({ resources, bytes }) => `${resources} resources, ${bytes} bytes. The file is not encrypted: keep it safe.`,
})
