import { expect, test } from 'vitest'
import { en } from './i18n/words.ts'
import { SHORTCUTS, type Shortcut } from './shortcuts.ts'

const all = Object.entries(SHORTCUTS) as [keyof typeof SHORTCUTS, Shortcut][]

function meet(a: Shortcut, b: Shortcut): boolean {
  if (a.where === 'everywhere' || b.where === 'everywhere') return true
  const there = b.where
  return a.where.some((place) => there.includes(place))
}

test('no two shortcuts share a key in a place where both work', () => {
  const collisions = all.flatMap(([id, it], i) =>
    all
      .slice(i + 1)
      .filter(([, other]) => it.keys === other.keys && meet(it, other))
      .map(([other]) => `${id} and ${other}: ${it.keys}`),
  )
  expect(collisions).toEqual([])
})

test('a key that types a character does nothing while one is typing', () => {
  for (const [id, it] of all)
    if (!/^(Mod|Alt)\+|^Escape$|^F\d+$/.test(it.keys)) expect([id, it.typing]).toEqual([id, false])
})

test('every shortcut says what it does', () => {
  for (const [id] of all) expect(en.ui.keys.does[id]).toBeTruthy()
})
