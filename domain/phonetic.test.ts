import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { phoneticKey, phoneticKeys, phoneticPrefix } from './phonetic.ts'
import { foldText, toLatin, wordsOf } from './script.ts'

describe('names that are one name, spelt differently, have one key', () => {
  const families = [
    ['Lakshmi', 'Laxmi', 'Lakshmy', 'Laksmi', 'लक्ष्मी', 'લક્ષ્મી', 'లక్ష్మి', 'ലക്ഷ്മി'],
    ['Mohammed', 'Muhammad', 'Mohamed', 'Mohammad', 'Mohd', 'Mohd.', 'Md', 'मोहम्मद'],
    ['Sri', 'Shri', 'Shree', 'Sree', 'श्री'],
    ['Chaudhary', 'Choudhury', 'Chowdhury', 'Chaudhari', 'Choudhary', 'चौधरी'],
    ['Aisha', 'Ayesha', 'Ayisha', 'Aysha'],
    ['Krishna', 'Krushna', 'Krishnaa', 'कृष्ण', 'Crishna'],
    ['Latha', 'Lata', 'लता', 'லதா'],
    ['Sunitha', 'Sunita', 'Suneeta', 'सुनीता'],
    ['Geetha', 'Gita', 'Geeta', 'गीता'],
    ['Murthy', 'Murti', 'Moorthy', 'Murthi'],
    ['Agarwal', 'Aggarwal', 'Agrawal', 'अग्रवाल'],
    ['Sheikh', 'Shaikh', 'Shaik', 'Sheik', 'शेख'],
    ['Hussain', 'Husain', 'Hossain', 'Husein', 'हुसैन'],
    ['Syed', 'Sayed', 'Sayyid', 'Saiyad'],
    ['Qureshi', 'Kureshi', 'Quraishi', 'क़ुरैशी'],
    ['Rahman', 'Rehman', 'Rahaman', 'रहमान'],
    ['Ahmed', 'Ahmad', 'Ahamed', 'अहमद'],
    ['Mukherjee', 'Mukerji', 'Mookerjee', 'मुखर्जी'],
    ['Gyan', 'Dnyan', 'Jnan'],
    ['Iyer', 'Ayyar', 'Aiyar'],
    ['Nair', 'Nayar', 'Naiyar'],
    ['Gowda', 'Gauda'],
    ['Rao', 'Row', 'Rau', 'राव'],
    ['Reddy', 'Reddi', 'Redy'],
    ['Usman', 'Osman', 'उस्मान'],
    ['Singh', 'Sing', 'सिंह'],
    ['Zakir', 'Jakir', 'ज़ाकिर', 'ज़ाकिर'],
    ['Kanimozhi', 'Kanimoli'],
    ['Vishnu', 'Wishnu', 'Vishnoo', 'विष्णु'],
    ['Catherine', 'Katherine', 'Kathryn', 'Cathryn'],
    ['Philip', 'Phillip', 'Filip'],
    ['Smith', 'Smyth', 'Smythe'],
    ['Christine', 'Kristine', 'Kristin'],
    ['John', 'Jon'],
    ['Sarah', 'Sara'],
    ['José', 'Jose', 'JOSE'],
    ['Müller', 'Muller'],
    ['Xavier', 'Zavier'],
  ]
  test.each(families)('%s', (...names) => {
    expect(new Set(names.map(phoneticKey)).size, names.map((name) => `${name}=${phoneticKey(name)}`).join(' ')).toBe(1)
  })
})

test.each([
  ['Usha', 'Asha'],
  ['Mohan', 'Mohini'],
  ['Ramesh', 'Rakesh'],
  ['Sunil', 'Sunita'],
  ['Kumar', 'Kumari'],
  ['Ravi', 'Rani'],
  ['Manu', 'Mani'],
  ['Patel', 'Pawar'],
])('names that are two names have two keys: %s, %s', (a, b) => {
  expect(phoneticKey(a)).not.toBe(phoneticKey(b))
})

test('while a name is being typed, what was typed so far sounds like the beginning of the name', () => {
  for (const name of ['Lakshmi', 'Mohini', 'Chowdhury', 'Venkatesh', 'Krishnamurthy']) {
    for (let length = 3; length < name.length; length++) {
      const typed = name.slice(0, length)
      // A digraph cut in half may say another sound; the letter that completes it puts it right.
      if (/[csktgdbpzjn]$/i.test(typed)) continue
      expect(phoneticKey(name).startsWith(phoneticPrefix(typed)), `${typed} → ${phoneticPrefix(typed)}`).toBe(true)
    }
  }
})

test('any text at all gives a key of plain lower-case letters, and the same one whatever the case and accents', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(phoneticKeys(text).every((key) => /^[a-z]+$/.test(key))).toBe(true)
      expect(phoneticKeys(foldText(text))).toEqual(phoneticKeys(text))
    }),
  ))

test('doubling a letter does not change how a name sounds', () =>
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{2,12}$/), fc.nat(11), (name, at) => {
      const letter = name.charAt(at % name.length)
      // A doubled vowel may close a diphthong, and a doubled h, c or w is spelt so in no name.
      if (/[aeiouyhcwjg]/.test(letter)) return
      const place = at % name.length
      // Nor does a name begin with two of the same.
      if (place === 0) return
      // A short form is read as what it is short for.
      fc.pre(!/^(?:md|mohd|mohmd|smt|sinh)$/.test(name))
      const doubled = name.slice(0, place) + letter + name.slice(place)
      fc.pre(!/kn|kch|tch|ps|x|zh|sch|sh|th|dh|bh|ph|kh|gh|ck|dn|gn|dj|dg|jn|ks|gy/.test(name))
      expect(phoneticKey(doubled)).toBe(phoneticKey(name))
    }),
  ))

test('Hindi is read as people spell it in Latin letters', () => {
  expect(['लक्ष्मी', 'राम', 'सुनीता', 'ज़फ़र', 'कृष्ण', 'आशा', 'कई'].map(toLatin)).toEqual([
    'lakshmee',
    'raam',
    'suneetaa',
    'zafar',
    'krishn',
    'aashaa',
    'kaee',
  ])
})

test('words are the same however they were typed: case, accents, digits of any script, invisible marks', () => {
  expect(wordsOf("  O'Brien-Müller, Łukasz\u200e ")).toEqual(['obrien', 'muller', 'lukasz'])
  expect(wordsOf('१९७० ٩٨٧')).toEqual(['1970', '987'])
  expect(wordsOf('王小明')).toEqual(['王', '小', '明'])
  expect(wordsOf('लक्ष्मी देवी')).toEqual(['लक्ष्मी', 'देवी'])
  expect(wordsOf('"*:^(){}')).toEqual([])
})
