/** A hint, not a gate: the engine asks for a length, and Argon2id does the rest. */

export const MIN_PASSWORD = 12

export type Strength = 'short' | 'weak' | 'fair' | 'strong'

export function readsAsPassword(password: string): boolean {
  return password.length >= MIN_PASSWORD
}

/** How hard a password is to guess, by how many different things it is made of. */
export function strengthOf(password: string): Strength {
  if (!readsAsPassword(password)) return 'short'
  const runs = password.toLowerCase().replace(/(.)\1+/g, '$1')
  const distinct = new Set(runs).size
  if (distinct < 6 || isSequence(password) || /^(password|qwerty|alcove|clinic|hospital)/i.test(password)) return 'weak'
  const words = password.split(/[^\p{L}]+/u).filter((word) => word.length > 2).length
  const classes = [/\p{Ll}/u, /\p{Lu}/u, /\d/, /[^\p{L}\d\s]/u].filter((of) => of.test(password)).length
  return words >= 4 || (password.length >= 16 && distinct >= 10) || (classes >= 3 && distinct >= 10) ? 'strong' : 'fair'
}

/** `abcdefghijkl`, `123456789012`: each character the one after the last. */
function isSequence(password: string): boolean {
  const codes = [...password].map((character) => character.charCodeAt(0))
  const steps = codes.slice(1).filter((code, i) => Math.abs(code - (codes[i] ?? 0)) <= 1).length
  return steps >= codes.length * 0.7
}
