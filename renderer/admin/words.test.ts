import { expect, test } from 'vitest'
import { ACTS } from '../../domain/access-log.ts'
import { en } from './words.en.ts'
import { hi } from './words.hi.ts'

test('there are words for every act that an access log may hold', () => {
  for (const { access } of [en, hi]) expect(Object.keys(access.acts).sort()).toEqual([...ACTS].sort())
})
