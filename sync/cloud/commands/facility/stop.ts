/** `facility suspend`, `resume`, `repair`, `remove`. */
import { asProvisioner } from '../../cluster.ts'
import { CloudError } from '../../errors.ts'
import { findFacility } from '../../provision/find.ts'
import { removeFacility } from '../../provision/remove.ts'
import { type Repaired, repairFacility } from '../../provision/repair.ts'
import { resumeFacility, suspendFacility } from '../../provision/suspend.ts'
import type { Act } from '../facility.ts'
import { typedBack } from '../terminal.ts'

export const stop: Record<string, Act> = {
  suspend: {
    takes: ['FACILITY'],
    run: async (where, [typed = '']) => {
      const { id, name, state } = await suspendFacility(where, typed)
      return { value: { facility: id, state }, prose: `${name} is suspended. \`facility resume ${id}\` ends that.` }
    },
  },
  resume: {
    takes: ['FACILITY'],
    run: async (where, [typed = '']) => {
      const { id, name, state } = await resumeFacility(where, typed)
      return { value: { facility: id, state }, prose: `${name} goes on where it was.` }
    },
  },
  repair: {
    takes: ['FACILITY'],
    run: async (where, [typed = ''], { restored = false }) => {
      const repaired = await repairFacility(where, typed, { restored })
      return { value: repaired, prose: proseOf(repaired, restored) }
    },
  },
  remove: {
    takes: ['FACILITY'],
    check: (_, { out }) => {
      if (!out)
        throw new CloudError('bad-arguments', 'Say with --out where its archive goes: nothing is dropped without one.')
    },
    run: async (where, [typed = ''], { out = '', yes }) => {
      const { name } = await asProvisioner(where, (client) => findFacility(client, typed))
      if (!yes) await typedBack(name, 'This drops the facility’s records from the server and destroys its keys.')
      const removed = await removeFacility(where, typed, out)
      const archive = removed.file
        ? `Its archive, ${removed.file}, has ${removed.entries} entries.`
        : 'Its archive was written before.'
      return {
        value: removed,
        prose: `${name} is removed. ${archive} Only its recovery code and its workstations open it.`,
      }
    },
  },
}

function proseOf(repaired: Repaired, restored: boolean): string {
  const { facility, name, changed, unchanged, revoked, unknown, codes, state, left } = repaired
  return [
    unchanged
      ? `${name} (${facility}) is what it must be. Nothing had to be put back.`
      : `${name} (${facility}) is what it must be again.`,
    ...changed.map((fact) => `Put back: ${fact}`),
    revoked.length > 0 && `Out again, because its own access log says that they were taken out: ${revoked.join(', ')}.`,
    unknown.length > 0 &&
      `Enrolled once, but the registry has never heard of them: ${unknown.join(', ')}. Enroll each again, with a code that \`facility invite ${facility}\` makes.`,
    codes > 0 && `Unused enrollment codes that are worth nothing now, because one of them was used: ${codes}.`,
    state && `It is ${state} again, as its own access log says.`,
    restored && 'Its workstations will look whether the server still has what they sent, and send the rest again.',
    ...left.map((finding) => `Left for you: ${finding}`),
  ]
    .filter(Boolean)
    .join('\n')
}
