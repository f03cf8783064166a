/** What is typed for a medicine (`paracetamol 500`, `dolo`, `amox 250 susp`) as preparations to choose from. */
import { lookup } from './lookup.ts'
import { findMedicines } from './medicines.ts'

export interface Preparation {
  /** The generic. */
  name: string
  brand?: string
  strength?: string
  form?: string
}

/**
 * The preparations that fit, best first. A number narrows by strength; a strength that the list does not have is kept as
 * typed, for the list is not a formulary. Nothing is guessed: a medicine that is not in the list is not found here.
 */
export function findPreparations(typed: string, limit = 12): Preparation[] {
  const { name, strength, form } = split(typed)
  const hits = findMedicines(name, limit)
  return hits
    .flatMap(({ medicine, brand }) => {
      const head = { name: medicine.name, ...(brand && { brand }) }
      const fitting = medicine.preparations.filter(
        (it) => (!strength || fits(it.strength, strength)) && (!form || it.form.startsWith(form)),
      )
      if (fitting.length > 0) return fitting.map((it) => ({ ...head, ...it }))
      if (strength) return [{ ...head, strength: spaced(strength), ...(form && { form }) }]
      return medicine.preparations.length > 0 && form ? [] : [head]
    })
    .slice(0, limit)
}

/** A medicine that the list does not have, as it was typed: name, and strength if a number follows. */
export function preparationAsTyped(typed: string): Preparation | undefined {
  const { name, strength, form } = split(typed)
  if (!/\p{L}{2}/u.test(name)) return undefined
  return { name: sentence(name), ...(strength && { strength: spaced(strength) }), ...(form && { form }) }
}

const FORMS = [
  'tablet',
  'capsule',
  'syrup',
  'suspension',
  'drops',
  'cream',
  'ointment',
  'gel',
  'inhaler',
  'injection',
  'lotion',
]
const SHORT = lookup<string>({
  tab: 'tablet',
  cap: 'capsule',
  syr: 'syrup',
  susp: 'suspension',
  inj: 'injection',
})

function split(typed: string): { name: string; strength?: string; form?: string } {
  const words = typed.trim().split(/\s+/).filter(Boolean)
  const lower = words.map((word) => word.toLowerCase().replace(/\.$/, ''))
  // `tab paracetamol 500` and `paracetamol 500 tab` are both written.
  const formAt = lower.findIndex((word) => SHORT[word] !== undefined || FORMS.includes(word))
  const form = formAt < 0 ? undefined : (SHORT[lower[formAt] ?? ''] ?? lower[formAt])
  const rest = words.filter((_, i) => i !== formAt)
  // Not the first word: no medicine is called by a number.
  const from = rest.findIndex((word, i) => i > 0 && /^[.\d]/.test(word))
  const name = (from < 0 ? rest : rest.slice(0, from)).join(' ')
  const strength = from < 0 ? undefined : rest.slice(from).join(' ')
  return { name, ...(strength && { strength }), ...(form && { form }) }
}

/** Whether a strength of the list is what was typed: the number whole (`50` is not `500`), and as much of the rest as there is. */
function fits(known: string, typed: string): boolean {
  const tight = (text: string) => text.toLowerCase().replaceAll(/\s+/g, '')
  const rest = tight(known).slice(tight(typed).length)
  return tight(known).startsWith(tight(typed)) && !/^[.\d]/.test(rest)
}

function spaced(strength: string): string {
  return strength.replace(/^([\d.,/]+)\s*(\D.*)$/, '$1 $2')
}

function sentence(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
