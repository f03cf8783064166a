/** Making facilities: two at once, names that were given before, names that are something else. */

import { CloudError } from '../../../errors.ts'
import { createFacility } from '../../../provision/create.ts'
import type { Attack } from '../attack.ts'
import { throwAwayName } from '../clearing.ts'
import type { Stage } from '../stage.ts'
import { atGateway } from './calling.ts'

const NOWHERE = { url: 'https://127.0.0.1:1', pin: 'a'.repeat(64) }

/** The code that a facility of a name is refused with, or `made`. */
async function make(stage: Stage, word: string): Promise<string> {
  try {
    await createFacility(stage.cluster, throwAwayName(stage.run, word), NOWHERE)
    return 'made'
  } catch (error) {
    return error instanceof CloudError ? error.code : String(error)
  }
}

const control: Attack['control'] = async (stage) => {
  await stage.another(`control-${Math.random().toString(36).slice(2)}`)
}

export const provisioning: readonly Attack[] = [
  atGateway(
    'create-raced',
    'Five operators make a facility of one name at the same moment: there is one.',
    async (stage) => {
      const all = await Promise.all(Array.from({ length: 5 }, () => make(stage, 'raced')))
      return { value: all.sort() }
    },
    { value: ['facility-exists', 'facility-exists', 'facility-exists', 'facility-exists', 'made'] },
    { control },
  ),
  atGateway(
    'create-again',
    'A facility is made under the name of one that was removed.',
    async (stage) => {
      const word = 'removed'
      const first = await make(stage, word)
      await stage.admin((client) =>
        client.query("update registry.facility set state = 'removed' where name = $1", [
          throwAwayName(stage.run, word),
        ]),
      )
      return { value: [first, await make(stage, word)] }
    },
    { value: ['made', 'facility-exists'] },
    { control },
  ),
  atGateway(
    'create-turned-around',
    'A facility is made under a name that reads like another one when it is shown.',
    async (stage) => ({ value: await make(stage, 'x\u202evictim') }),
    { value: 'bad-name' },
    { control },
  ),
  atGateway(
    'create-endless',
    'A facility is made under a name of ten thousand letters.',
    async (stage) => ({ value: await make(stage, 'x'.repeat(10_000)) }),
    { value: 'bad-name' },
    { control },
  ),
]
