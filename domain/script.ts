/**
 * Reading names in any script: one folding for what is kept and for what is typed, and Latin letters for the Indic
 * scripts, so that लक्ष्मी and Lakshmi are the same word to search.
 */

/** Letters that NFD leaves whole. */
const WHOLE: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ŋ: 'n',
  ħ: 'h',
}
const WHOLE_LETTER = /[ßæœøłđðþıŋħ]/g
/** Chinese and Japanese are written without spaces; each sign is a word of its own to search. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u
const PLAIN = /^[a-z0-9 ]*$/

/**
 * Lower case, without Latin diacritics; marks of other scripts (vowel signs, for one) are part of the word and stay.
 * Digits of any script become 0-9.
 */
export function foldText(text: string): string {
  const lower = text.toLowerCase()
  if (PLAIN.test(lower)) return lower
  return lower
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')
    .replace(WHOLE_LETTER, (letter) => WHOLE[letter] ?? letter)
    .replace(/\p{Nd}/gu, (digit) => String(digitValue(digit)))
    .normalize('NFC')
}

/** The words of a text, folded. An apostrophe joins (O'Brien is one word); everything else that is no letter parts. */
export function wordsOf(text: string): string[] {
  const folded = foldText(text)
  const words = folded.replace(/['’ʼ`]/g, '').match(/[\p{L}\p{M}\p{N}\p{So}]+/gu) ?? []
  if (!UNSPACED.test(folded)) return words
  return words.flatMap((word) => (UNSPACED.test(word) ? [...word] : [word]))
}

/** True for a word with a letter of one of the Indic scripts that `toLatin` reads. */
export function isIndic(word: string): boolean {
  return /[\u0900-\u0d7f]/.test(word)
}

/**
 * An Indic word in Latin letters, as people commonly spell it. The scripts from Devanagari to Malayalam were laid out
 * alike in Unicode (after ISCII), 128 places apart, so one table reads them all.
 */
export function toLatin(word: string): string {
  if (!isIndic(word)) return word
  let latin = ''
  // A consonant carries an `a` until a vowel sign or a virama takes it away; at a word's end Hindi does not say it.
  let pending = false
  // NFD takes the nukta apart, so that a letter with it is read as its base and then softened.
  for (const sign of word.normalize('NFD')) {
    const code = sign.codePointAt(0) ?? 0
    if (code < 0x0900 || code > 0x0d7f) {
      if (pending && /\p{L}/u.test(sign)) latin += 'a'
      pending = false
      latin += sign
      continue
    }
    const place = code & 0x7f
    const consonant = CONSONANTS[place]
    const vowel = VOWELS[place]
    if (consonant) {
      if (pending) latin += 'a'
      latin += consonant
      pending = true
    } else if (place === VIRAMA) pending = false
    else if (place === NUKTA) latin = soften(latin)
    else if (vowel !== undefined) {
      // An independent vowel follows the consonant's own `a`; a sign replaces it.
      if (pending && place < 0x15) latin += 'a'
      latin += vowel
      pending = false
    } else if (NASALS.has(place)) {
      latin += pending ? 'an' : 'n'
      pending = false
    } else if (place === VISARGA) {
      latin += pending ? 'ah' : 'h'
      pending = false
    }
  }
  // राव is Rao.
  return latin.replace(/aav$/, 'aao')
}

const VIRAMA = 0x4d
const NUKTA = 0x3c
const VISARGA = 0x03
const NASALS = new Set([0x01, 0x02, 0x70, 0x71])

const CONSONANTS: Record<number, string> = {
  ...{ 21: 'k', 22: 'kh', 23: 'g', 24: 'gh', 25: 'n', 26: 'ch', 27: 'chh', 28: 'j', 29: 'jh', 30: 'n' },
  ...{ 31: 't', 32: 'th', 33: 'd', 34: 'dh', 35: 'n', 36: 't', 37: 'th', 38: 'd', 39: 'dh', 40: 'n', 41: 'n' },
  ...{ 42: 'p', 43: 'ph', 44: 'b', 45: 'bh', 46: 'm', 47: 'y', 48: 'r', 49: 'r', 50: 'l', 51: 'l', 52: 'zh' },
  ...{ 53: 'v', 54: 'sh', 55: 'sh', 56: 's', 57: 'h' },
}
const VOWELS: Record<number, string> = {
  ...{ 5: 'a', 6: 'aa', 7: 'i', 8: 'ee', 9: 'u', 10: 'oo', 11: 'ri', 13: 'e', 14: 'e', 15: 'e', 16: 'ai' },
  ...{ 17: 'o', 18: 'o', 19: 'o', 20: 'au' },
  ...{ 62: 'aa', 63: 'i', 64: 'ee', 65: 'u', 66: 'oo', 67: 'ri', 69: 'e', 70: 'e', 71: 'e', 72: 'ai' },
  ...{ 73: 'o', 74: 'o', 75: 'o', 76: 'au' },
}

/** ज़ is za, फ़ is fa, ड़ is ra; the others sound the same with the dot, or nearly. */
function soften(latin: string): string {
  return latin.replace(/(?:ph|j|dh|d)$/, (end) => ({ ph: 'f', j: 'z', dh: 'rh', d: 'r' })[end] ?? end)
}

function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0
  // Every script's ten digits stand together and in order, so the first of them is found by walking back.
  let zero = code
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--
  return code - zero
}
