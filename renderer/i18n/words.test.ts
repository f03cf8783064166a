import { expect, test } from 'vitest'
import { en, hi } from './words.ts'

function leaves(words: object, path = ''): [string, string][] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${path}${key}`, value] as [string, string]] : leaves(value, `${path}${key}.`),
  )
}

const placeholders = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort()

test('every language says everything that English says', () => {
  const english = leaves(en).map(([key]) => key)
  const hindi = leaves(hi).map(([key]) => key)
  expect(english.length).toBeGreaterThan(50)
  expect(hindi.sort()).toEqual(english.sort())
})

test('a translation fills in the same things as the original', () => {
  const hindi = new Map(leaves(hi))
  for (const [key, text] of leaves(en))
    expect([key, placeholders(hindi.get(key) ?? '')]).toEqual([key, placeholders(text)])
})

test('no words are left empty or in English by mistake', () => {
  const english = new Map(leaves(en))
  // Names of things that are the same in both: keys, units, codes.
  const latin = leaves(hi).filter(
    ([key, text]) =>
      text.trim() === '' || (text === english.get(key) && /[a-z]{4}/.test(text.replaceAll(/\{\{\w+\}\}/g, ''))),
  )
  expect(latin).toEqual([])
})
