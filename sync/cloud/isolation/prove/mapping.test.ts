/** The table of the law names its evidence by the beginnings of ids: a name that means nothing any more would go unseen. */
import { expect, test } from 'vitest'
import { ATTACKS } from './catalogue.ts'
import { FAULTS } from './faults.ts'
import { REQUIREMENTS } from './mapping.ts'

test('whatever is said to show a requirement is there to be tried', () => {
  const ids = [...ATTACKS, ...FAULTS].map(({ id }) => id)
  const known = (start: string) => start === 'barriers' || start === 'faults' || ids.some((id) => id.startsWith(start))
  expect(REQUIREMENTS.flatMap(({ shownBy }) => shownBy).filter((start) => !known(start))).toEqual([])
})
