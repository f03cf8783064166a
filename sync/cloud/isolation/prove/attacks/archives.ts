/** A facility's archive, in the hands of another. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportFacility } from '../../../archive/export.ts'
import { restoreFacility } from '../../../archive/restore.ts'
import { CloudError } from '../../../errors.ts'
import type { Attack } from '../attack.ts'
import type { Party } from '../party.ts'
import type { Stage } from '../stage.ts'
import { atGateway } from './calling.ts'

/** Exports one party and restores that into another with the code of a third: `restored`, or the code of the refusal. */
async function restored(stage: Stage, of: Party, into: Party, code: Party): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'alcove-prove-archive-'))
  try {
    const file = join(dir, 'archive.age')
    await exportFacility(stage.cluster, of.facility, file)
    await restoreFacility(stage.cluster, into.facility, file, async () => code.recoveryCode)
    return 'restored'
  } catch (error) {
    if (error instanceof CloudError) return error.code
    throw error
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** The control: an archive comes back into the facility that it is of. */
const own: Attack['control'] = async (stage) => {
  const party = await stage.another(`archived-${randomBytes(3).toString('hex')}`)
  const answer = await restored(stage, party, party, party)
  if (answer !== 'restored') throw new Error(`its own archive: ${answer}`)
}

export const archives: readonly Attack[] = [
  atGateway(
    'archive-of-neighbor',
    'The neighbor’s archive is restored into one’s own facility.',
    async (stage) => ({ value: await restored(stage, stage.victim, stage.attacker, stage.attacker) }),
    { value: 'archive-of-another' },
    { control: own, victimWrites: true },
  ),
  atGateway(
    'archive-with-other-code',
    'The neighbor’s archive is opened with one’s own recovery code.',
    async (stage) => ({ value: await restored(stage, stage.victim, stage.victim, stage.attacker) }),
    { value: 'archive-key' },
    { control: own, victimWrites: true },
  ),
]
