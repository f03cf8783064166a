import type { VerifyReport } from '../../../engine/api-shapes.ts'
import { unwrap } from '../../../engine/clinic.ts'
import { command } from '../command.ts'
import { withClinic } from '../open.ts'

export const verify = command<VerifyReport>({
  name: 'verify',
  says: 'Checks the journal’s chain, and every record against it.',
  takes: '',
  run: (call) => withClinic(call, async (clinic) => unwrap(await clinic.dispatch('data.verify', {}))),
  fails: ({ ok }) => !ok,
  show: ({ ok, entries, devices, problems }) =>
    ok
      ? `All is well: ${entries} entries of ${devices} ${devices === 1 ? 'workstation' : 'workstations'}.`
      : ['Something is wrong:', ...problems.map((problem) => `  ${problem}`)].join('\n'),
})
