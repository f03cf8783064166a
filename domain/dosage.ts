/**
 * Doses as they are typed on a prescription (`1-0-1 5d`, `10ml TDS pc 3d`, `SOS`), the quantity that follows, and how they
 * are shown: as ISMP's guidelines for the electronic display of medicines ask (no trailing zero, a leading zero,
 * thousands separated, micrograms and units spelled out), and in words where an abbreviation is known to be misread.
 */

import type { Quantity } from './fields.ts'
import { lookup } from './lookup.ts'
import type { Dose } from './records/medication-request.ts'
import { foldText } from './script.ts'

export interface Dosage {
  dose: Dose
  durationDays?: number
  /** How much to dispense; absent where it cannot be reckoned (as needed, no duration). */
  quantity?: Quantity
  asNeeded?: true
}

/** How often an abbreviation means, and what it says in words. `SOS` and `STAT` are not a number of times a day. */
export const FREQUENCIES = {
  OD: { timesPerDay: 1, words: 'once a day' },
  BD: { timesPerDay: 2, words: 'twice a day' },
  TDS: { timesPerDay: 3, words: '3 times a day' },
  QID: { timesPerDay: 4, words: '4 times a day' },
  Q4H: { timesPerDay: 6, words: 'every 4 hours' },
  Q6H: { timesPerDay: 4, words: 'every 6 hours' },
  Q8H: { timesPerDay: 3, words: 'every 8 hours' },
  Q12H: { timesPerDay: 2, words: 'every 12 hours' },
  HS: { timesPerDay: 1, words: 'at bedtime' },
  QOD: { timesPerDay: 0.5, words: 'every other day' },
  WEEKLY: { timesPerDay: 1 / 7, words: 'once a week' },
  STAT: { timesPerDay: undefined, words: 'at once, one dose' },
  SOS: { timesPerDay: undefined, words: 'only if needed' },
} as const
export type Frequency = keyof typeof FREQUENCIES

const SPELLINGS = lookup<Frequency>({
  ...{ od: 'OD', qd: 'OD', daily: 'OD', bd: 'BD', bid: 'BD', tds: 'TDS', tid: 'TDS', qid: 'QID', qds: 'QID' },
  ...{
    q4h: 'Q4H',
    q6h: 'Q6H',
    q8h: 'Q8H',
    q12h: 'Q12H',
    hs: 'HS',
    qod: 'QOD',
    eod: 'QOD',
    weekly: 'WEEKLY',
    ow: 'WEEKLY',
  },
  ...{ stat: 'STAT', sos: 'SOS', prn: 'SOS' },
})

/** Units as typed, to UCUM. Things that are counted are in braces, as UCUM has it. */
const UNITS = lookup<string>({
  ...{ ml: 'mL', l: 'L', mg: 'mg', g: 'g', gm: 'g', mcg: 'ug', ug: 'ug', microgram: 'ug', micrograms: 'ug' },
  ...{ iu: '[iU]', unit: '[iU]', units: '[iU]', u: '[iU]', drop: '{drop}', drops: '{drop}', gtt: '{drop}' },
  ...{ puff: '{puff}', puffs: '{puff}', tab: '{tablet}', tabs: '{tablet}', tablet: '{tablet}', tablets: '{tablet}' },
  ...{ cap: '{capsule}', caps: '{capsule}', capsule: '{capsule}', capsules: '{capsule}' },
  ...{ sachet: '{sachet}', sachets: '{sachet}', spray: '{spray}', sprays: '{spray}', tsp: '[tsp_us]' },
  ...{ suppository: '{suppository}', suppositories: '{suppository}', application: '{application}' },
})
/** What one of a form is counted in, when the shorthand names no unit. */
const FORM_UNITS: readonly (readonly [RegExp, string])[] = [
  [/capsule/, '{capsule}'],
  [/syrup|suspension|solution|elixir|liquid/, 'mL'],
  [/drop/, '{drop}'],
  [/inhaler|rotacap/, '{puff}'],
  [/nasal spray|spray/, '{spray}'],
  [/sachet|powder|granules/, '{sachet}'],
  [/cream|ointment|gel|lotion|shampoo/, '{application}'],
  [/suppository|pessary/, '{suppository}'],
]

const MEALS = { ac: 'AC', pc: 'PC', hs: 'HS' } as const
const DAYS = lookup<number>({ d: 1, w: 7, m: 30, y: 365 })
const AMOUNT = String.raw`(?:\d{1,4}(?:\.\d{1,3})?|\.\d{1,3})?[½¼¾]|\d{1,6}(?:\.\d{1,3})?|\.\d{1,3}`
const PATTERN = new RegExp(`^(?:${AMOUNT})(?:-(?:${AMOUNT})){2,4}$`)

/**
 * Reads a prescription's shorthand, in any order that makes sense: an amount with its unit, how often, before or after
 * food, for how long. Undefined when a word of it is not understood, as a guess at a dose is worse than none.
 */
export function parseDosage(typed: string, form?: string): Dosage | undefined {
  const words = tokensOf(typed)
  const dose: Dose = {}
  let durationDays: number | undefined
  let asNeeded = false
  for (const word of words) {
    const frequency = SPELLINGS[word]
    if (PATTERN.test(word) && dose.pattern === undefined) {
      const parts = word.split('-').map(amountOf)
      const total = parts.reduce((sum, part) => sum + part, 0)
      if (total <= 0 || parts.some((part) => part > 100)) return undefined
      dose.pattern = parts.map(fraction).join('-')
      dose.timesPerDay = parts.filter((part) => part > 0).length
    } else if (frequency === 'SOS') asNeeded = true
    else if (word === 'hs' && dose.pattern !== undefined && !dose.when) dose.when = 'HS'
    else if (frequency && dose.pattern === undefined) {
      dose.pattern = frequency
      const { timesPerDay } = FREQUENCIES[frequency]
      if (timesPerDay !== undefined) dose.timesPerDay = timesPerDay
    } else if ((word === 'ac' || word === 'pc') && !dose.when) dose.when = MEALS[word]
    else if (/^\d{1,3}[dwmy]$/.test(word) && durationDays === undefined) {
      durationDays = Number.parseInt(word, 10) * (DAYS[word.slice(-1)] ?? 1)
      if (durationDays < 1 || durationDays > 730) return undefined
    } else {
      const amount = quantityOf(word)
      if (!amount || dose.amount) return undefined
      dose.amount = amount
    }
  }
  if (asNeeded && dose.pattern === undefined) dose.pattern = 'SOS'
  if (dose.pattern === undefined) return undefined
  // In `1-0-1` the numbers are amounts already: of what, an amount beside them would contradict.
  if (dose.amount && dose.pattern.includes('-')) return undefined
  const quantity = asNeeded ? undefined : dispensed(dose, durationDays, form)
  return {
    dose,
    ...(durationDays !== undefined && { durationDays }),
    ...(quantity && { quantity }),
    ...(asNeeded && { asNeeded }),
  }
}

/** The shorthand that `parseDosage` reads as just that dosage. */
export function formatDosage({ dose, durationDays, asNeeded }: Dosage): string {
  return [
    dose.amount && `${plainNumber(dose.amount.value)}${unitWord(dose.amount.unit)}`,
    dose.pattern,
    dose.when,
    durationDays !== undefined && `${durationDays}d`,
    asNeeded && dose.pattern !== 'SOS' && 'SOS',
  ]
    .filter(Boolean)
    .join(' ')
}

/** `1 tablet in the morning, 1 at night, after food, for 5 days`: for the patient and for whoever dispenses. */
export function displayDosage({ dose, durationDays, asNeeded }: Dosage, form?: string): string {
  const unit = dose.amount?.unit ?? countedIn(form)
  const pattern = dose.pattern ?? ''
  const frequency = Object.hasOwn(FREQUENCIES, pattern) ? FREQUENCIES[pattern as Frequency] : undefined
  const schedule = frequency ? frequency.words : pattern.includes('-') ? inWords(pattern, unit) : pattern
  return [
    dose.amount && displayQuantity(dose.amount),
    schedule,
    asNeeded && pattern !== 'SOS' && 'only if needed',
    dose.when && { AC: 'before food', PC: 'after food', HS: 'at bedtime' }[dose.when],
    durationDays !== undefined && `for ${durationDays} ${durationDays === 1 ? 'day' : 'days'}`,
  ]
    .filter(Boolean)
    .join(', ')
}

/** `0.5 mg`, `1,000 units`, `250 micrograms`, `10 mL`: a no-break space keeps the number and its unit on one line. */
export function displayQuantity({ value, unit }: Quantity): string {
  return `${displayNumber(value)}\u00a0${unitWord(unit, value)}`
}

/** No trailing zero, a leading zero, thousands separated by a comma. */
export function displayNumber(value: number): string {
  const [whole = '0', part] = plainNumber(value).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',')
  return part ? `${grouped}.${part}` : grouped
}

/** What a dosage comes to: all the single doses of all the days, whole where it is counted in pieces. */
export function dispensed(dose: Dose, durationDays: number | undefined, form?: string): Quantity | undefined {
  const unit = dose.amount?.unit ?? countedIn(form)
  if (dose.pattern === 'STAT') return { value: dose.amount?.value ?? 1, unit }
  if (durationDays === undefined || unit === '{application}') return undefined
  const perDay = dose.pattern?.includes('-')
    ? dose.pattern.split('-').reduce((sum, part) => sum + amountOf(part), 0)
    : (dose.amount?.value ?? 1) * (dose.timesPerDay ?? Number.NaN)
  const total = perDay * durationDays
  if (!Number.isFinite(total)) return undefined
  // Sevenths of a day leave dust behind; a piece is not handed out for dust.
  const exact = Math.round(total * 1000) / 1000
  return { value: unit.startsWith('{') ? Math.ceil(exact) : exact, unit }
}

function tokensOf(typed: string): string[] {
  return (
    foldText(typed.replace(/[½¼¾]/g, (sign) => ({ '½': '\u0001', '¼': '\u0002', '¾': '\u0003' })[sign] ?? sign))
      // biome-ignore lint/suspicious/noControlCharactersInRegex: stand-ins, as folding would write ½ out as 1⁄2
      .replace(/[\u0001-\u0003]/g, (sign) => '½¼¾'.charAt(sign.charCodeAt(0) - 1))
      .replace(
        /\b(\d) ?(1|3)\/(2|4)\b/g,
        (_, whole: string, top: string, bottom: string) => `${whole}${fractionSign(top, bottom)}`,
      )
      .replace(/\b(1|3)\/(2|4)\b/g, (_, top: string, bottom: string) => fractionSign(top, bottom))
      .replace(/\bbefore (?:food|meals?)\b/g, 'ac')
      .replace(/\bafter (?:food|meals?)\b/g, 'pc')
      .replace(/\bat bed ?time\b/g, 'hs')
      .replace(/\balternate days?\b/g, 'qod')
      .replace(/\bif needed\b/g, 'sos')
      .replace(/\b([a-z])\.(?:([a-z])\.)?([a-z])\.?(?=\s|$)/g, '$1$2$3')
      .replace(/\b(?:for|x|×)\s*(\d{1,3})(?!\d|-)\s*(?=$|\s)(?!\s*[a-z])/g, '$1d')
      .replace(/(\d)\s*(?:days?|d)\b/g, '$1d')
      .replace(/(\d)\s*(?:weeks?|wks?|w)\b/g, '$1w')
      .replace(/(\d)\s*(?:months?|mths?)\b/g, '$1m')
      .replace(/(?:^|\s)(?:for|x|×)\s*(?=\d)/g, ' ')
      .replace(/([\d½¼¾])\s*[-–—+]\s*(?=[\d½¼¾.])/g, '$1-')
      .replace(
        /([\d½¼¾])\s+(?=(?:ml|mg|g|gm|mcg|ug|iu|u|units?|drops?|puffs?|tabs?|tablets?|caps?|capsules?|sachets?|sprays?|tsp)\b)/g,
        '$1',
      )
      .split(/[\s,;]+/)
      .filter(Boolean)
  )
}

function fractionSign(top: string, bottom: string): string {
  if (top === '1') return bottom === '2' ? '½' : '¼'
  return bottom === '4' ? '¾' : `${top}/${bottom}`
}

function amountOf(text: string): number {
  const sign = { '½': 0.5, '¼': 0.25, '¾': 0.75 }[text.slice(-1)]
  return sign === undefined ? Number(text) : Number(text.slice(0, -1) || 0) + sign
}

function fraction(value: number): string {
  const sign = { 0.5: '½', 0.25: '¼', 0.75: '¾' }[value % 1]
  return sign ? `${Math.floor(value) || ''}${sign}` : plainNumber(value)
}

function quantityOf(word: string): Quantity | undefined {
  const match = new RegExp(`^(${AMOUNT})([a-z]+)$`).exec(word)
  const unit = match && UNITS[match[2] ?? '']
  const value = amountOf(match?.[1] ?? '')
  return unit && value > 0 ? { value, unit } : undefined
}

function countedIn(form = ''): string {
  const lower = form.toLowerCase()
  return FORM_UNITS.find(([name]) => name.test(lower))?.[1] ?? '{tablet}'
}

const SPELLED = lookup<readonly [string, string]>({
  ug: ['microgram', 'micrograms'],
  '[iU]': ['unit', 'units'],
  '[tsp_us]': ['tsp', 'tsp'],
})

/** The unit in words that people do not misread; of things that are counted, in the right number. */
export function unitWord(unit: string, value = 2): string {
  const one = value <= 1
  const spelled = SPELLED[unit]
  if (spelled) return spelled[one ? 0 : 1]
  const counted = /^\{(.+)\}$/.exec(unit)?.[1]
  if (!counted) return unit
  return one ? counted : counted.endsWith('y') ? `${counted.slice(0, -1)}ies` : `${counted}s`
}

const TIMES_OF_DAY: Record<number, readonly string[]> = {
  3: ['in the morning', 'at noon', 'at night'],
  4: ['in the morning', 'at noon', 'in the evening', 'at night'],
  5: ['in the morning', 'at noon', 'in the afternoon', 'in the evening', 'at night'],
}

function inWords(pattern: string, unit: string): string {
  const parts = pattern.split('-')
  const named = parts.flatMap((part, i) => {
    const amount = amountOf(part)
    const time = TIMES_OF_DAY[parts.length]?.[i]
    return amount > 0 && time ? [{ amount, shown: part, time }] : []
  })
  return named
    .map(({ amount, shown, time }, i) => (i === 0 ? `${shown} ${unitWord(unit, amount)} ${time}` : `${shown} ${time}`))
    .join(', ')
}

/** A number in full digits: never 1e-7, never a trailing zero. */
function plainNumber(value: number): string {
  return value.toFixed(6).replace(/\.?0+$/, '')
}
