import { resolve } from 'node:path'
import { unwrap } from '../../../engine/clinic.ts'
import { command } from '../command.ts'
import { withClinic } from '../open.ts'

export const backup = command({
  name: 'backup',
  says: 'Writes an encrypted copy of the whole clinic, with the keyring that opens it, in a folder named by the time.',
  takes: '[--into DIR]',
  more: '  --into DIR     another disk is better: a disk fails with everything on it',
  options: { into: { type: 'string' } },
  run: (call) => {
    const { into } = call.values
    const where = typeof into === 'string' ? { into: resolve(into) } : {}
    return withClinic(call, async (clinic) => unwrap(await clinic.dispatch('backup.create', where)))
  },
  show: ({ folder, bytes }) => `${folder}, ${bytes} bytes.`,
})
