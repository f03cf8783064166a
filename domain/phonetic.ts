/**
 * A phonetic key for names as they are spelt in India and in English, so that Lakshmi finds Laxmi and Mohammed finds
 * Muhammad. Made for finding: it brings likely names together, and the search ranks them by how alike they are.
 *
 * Soundex and Metaphone know nothing of aspirates (Lata, Latha), of ksh and x, or of jñ (Gyan, Dnyan, Jnan); hence
 * a key of our own. Consonants are kept by class; vowels inside a word are dropped, as they vary most in spelling; the
 * first is kept by class; a last i or u is kept, as it tells Mohini from Mohan.
 */
import { lookup } from './lookup.ts'
import { isIndic, toLatin, wordsOf } from './script.ts'

/** Short forms that are written far more often than said. */
const SHORT = lookup<string>({
  mohd: 'mohammed',
  md: 'mohammed',
  mohmd: 'mohammed',
  smt: 'shrimati',
  sinh: 'singh',
})

/** From how a sound is spelt to a sign for it; tried in order at each place of the word. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/dny|jny|gny|jn|gy(?=[aeiou])/, 'gn'],
  [/ksh|x|kch/, 'ks'],
  [/ght/, 't'],
  [/chr/, 'kr'],
  [/tch|chh|ch/, 'c'],
  [/sch|sh/, 's'],
  [/zh/, 'l'],
  [/ck|kh|q|k/, 'k'],
  [/c(?=[eiy])/, 's'],
  [/c/, 'k'],
  [/ge(?=o)/, 'j'],
  [/dge|dj|jh|z|j/, 'j'],
  [/gh?/, 'g'],
  [/ph|f/, 'f'],
  [/th?/, 't'],
  [/dh?/, 'd'],
  [/bh?/, 'b'],
  [/[nm]+(?=[pb])/, 'm'],
  [/[wv]h?/, 'v'],
  [/rh/, 'r'],
]

/** All of them as one expression, the number of the group that matched being the place in the list. */
const SPELLING = new RegExp(SPELLINGS.map(([spelling]) => `(${spelling.source})`).join('|'), 'y')

/** The key of one word; empty for one with no letter that it knows. */
export function phoneticKey(word: string): string {
  const spelled = lettersOf(word)
  if (spelled.length < 2) return spelled
  return body(spelled) + ending(spelled)
}

/** The beginning that the keys of all words share which start with `word`: for a name that is still being typed. */
export function phoneticPrefix(word: string): string {
  const spelled = lettersOf(word)
  if (spelled.length < 2) return spelled
  return body(spelled)
}

/** The keys of every word of a name, each once. */
export function phoneticKeys(name: string): string[] {
  return [...new Set(wordsOf(name).map(phoneticKey).filter(Boolean))]
}

function lettersOf(word: string): string {
  const folded = wordsOf(isIndic(word) ? toLatin(word.normalize('NFC')) : word).join('')
  const letters = (SHORT[folded] ?? folded).replace(/[^a-z]/g, '')
  return letters.replace(/^kn/, 'n').replace(/^wr/, 'r').replace(/^ps/, 's').replace(/^x/, 'z').replace(/aham/g, 'ahm')
}

function body(letters: string): string {
  let key = ''
  let last = ''
  const lead = /^[aeiou][aeiouy]*/.exec(letters)?.[0] ?? ''
  if (lead) key = leading(lead)
  for (let at = lead.length; at < letters.length; ) {
    SPELLING.lastIndex = at
    const found = SPELLING.exec(letters)
    const spelling = found?.[0] ?? letters.charAt(at)
    const place = found ? found.findIndex((group, i) => i > 0 && group !== undefined) - 1 : -1
    let sound = SPELLINGS[place]?.[1] ?? spelling
    if (isSilent(letters, at, spelling)) sound = ''
    // Twice the same sound with no vowel between is one: Reddy, Redy.
    for (const sign of sound) {
      if (sign !== last) key += sign
      last = sign
    }
    if (sound === '' && /[aeiouy]/.test(spelling)) last = ''
    at += spelling.length
  }
  return key
}

/** Vowels; y but at the start; w that ends a vowel (Chowdhury); h but between vowels (Mohan) or at the start. */
function isSilent(letters: string, at: number, spelling: string): boolean {
  if (/^[aeiou]/.test(spelling)) return true
  if (spelling === 'y') return at > 0
  const before = letters.charAt(at - 1)
  const after = letters.charAt(at + spelling.length)
  if (spelling === 'w') return /[aeo]/.test(before) && !/[aeiouy]/.test(after)
  if (spelling === 'h') return at > 0 && !(/[aeiouy]/.test(before) && /[aeiouy]/.test(after))
  return false
}

function leading(vowels: string): string {
  // Iyer, Ayyar, Aiyar; Ayesha, Aisha.
  if (/.y/.test(vowels)) return 'a'
  if (/^(?:au|ou)/.test(vowels)) return 'u'
  const first = vowels.charAt(0)
  return first === 'a' ? 'a' : first === 'e' || first === 'i' ? 'i' : 'u'
}

function ending(letters: string): string {
  const vowels = /[aeiouyw]*$/.exec(letters.replace(/h$/, ''))?.[0] ?? ''
  if (vowels.length === 0 || vowels.length === letters.length) return ''
  if (/[iy]$|[iye]e$/.test(vowels)) return 'i'
  return /[ouw]$/.test(vowels) ? 'u' : ''
}
