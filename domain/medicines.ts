/** Finding a medicine in the list, and what a prescription must be warned of: an allergy, the same therapy twice. */
import { lookup } from './lookup.ts'
import { MEDICINES, type MedicineClass } from './medicine-list.ts'
import { foldText, wordsOf } from './script.ts'

export type { MedicineClass } from './medicine-list.ts'

export interface Medicine {
  /** The generic; parts of a combination are joined by ` + `. */
  name: string
  /** The generics in it. */
  ingredients: readonly string[]
  /** Every class that one of its ingredients belongs to. */
  classes: readonly MedicineClass[]
  /** `500 mg tablet`, as printed. */
  preparations: readonly { strength: string; form: string }[]
  brands: readonly string[]
}

interface Line {
  name: string
  of: MedicineClass
  preparations: Medicine['preparations']
  brands: string[]
}

const lines: Line[] = Object.entries(MEDICINES).flatMap(([of, text]) =>
  text
    .trim()
    .split('\n')
    .map((line) => lineOf(line.trim(), of as MedicineClass)),
)

const classOf = new Map(lines.map((line) => [foldText(line.name), line.of]))

/** All of them, by name. */
export const medicines: readonly Medicine[] = lines
  .map(({ name, of, preparations, brands }) => {
    const ingredients = name.split(' + ')
    const classes = ingredients.flatMap((ingredient) => classOf.get(foldText(ingredient)) ?? [])
    return {
      name,
      ingredients,
      classes: [...new Set([...classes, ...(classes.length ? [] : [of])])],
      preparations,
      brands,
    }
  })
  .sort((a, b) => (a.name < b.name ? -1 : 1))

/** Under every name somebody may write: the generic, a brand, a spelling from elsewhere. */
const byName = new Map<string, Medicine>()
for (const medicine of medicines) {
  for (const name of [medicine.name, ...medicine.brands]) {
    if (!byName.has(foldText(name))) byName.set(foldText(name), medicine)
  }
}
/** Spellings of the United States and older ones, and what people write for short. */
const ALSO = lookup<string>({
  acetaminophen: 'paracetamol',
  albuterol: 'salbutamol',
  cephalexin: 'cefalexin',
  glyburide: 'glibenclamide',
  'acetylsalicylic acid': 'aspirin',
  asa: 'aspirin',
  amoxycillin: 'amoxicillin',
  'amoxicillin clavulanate': 'amoxicillin + clavulanic acid',
  'co-amoxiclav': 'amoxicillin + clavulanic acid',
  'co-trimoxazole': 'sulfamethoxazole + trimethoprim',
  cotrimoxazole: 'sulfamethoxazole + trimethoprim',
  frusemide: 'furosemide',
  thyroxine: 'levothyroxine',
  nitroglycerin: 'glyceryl trinitrate',
  torsemide: 'torasemide',
  chlorthalidone: 'chlortalidone',
  chlorpheniramine: 'chlorphenamine',
  acyclovir: 'aciclovir',
  valacyclovir: 'valaciclovir',
  indomethacin: 'indometacin',
  'penicillin v': 'phenoxymethylpenicillin',
  'penicillin g': 'benzathine benzylpenicillin',
  insulin: 'insulin human, soluble',
  cholecalciferol: 'colecalciferol',
  ors: 'oral rehydration salts',
})

/** The medicine that a text names: exactly, by brand, or as the words at the beginning (`Amoxicillin 500 MG Oral Tablet`). */
export function medicineNamed(text: string): Medicine | undefined {
  const folded = foldText(text).trim()
  const exact = exactly(folded)
  if (exact) return exact
  const words = folded.split(/[\s/,()]+/).filter(Boolean)
  // An imported name ends in strength and form, and may begin with a release: `24 HR Metformin hydrochloride 500 MG`.
  for (let from = 0; from < Math.min(words.length, 4); from++) {
    for (let to = Math.min(words.length, from + 5); to > from; to--) {
      const found = exactly(words.slice(from, to).join(' '))
      if (found) return found
    }
  }
  return undefined
}

function exactly(folded: string): Medicine | undefined {
  return byName.get(folded) ?? byName.get(ALSO[folded] ?? '')
}

export interface MedicineHit {
  medicine: Medicine
  /** The brand that matched, when it was not the generic. */
  brand?: string
}

/** Medicines with a generic or brand name in which every typed word begins one of the words; generics first. */
export function findMedicines(text: string, limit = 20): MedicineHit[] {
  const typed = wordsOf(text)
  if (typed.length === 0) return []
  const first = typed[0] ?? ''
  const hits: (MedicineHit & { rank: number })[] = []
  for (const medicine of medicines) {
    if (matches(medicine.name, typed)) {
      const begins = foldText(medicine.name).startsWith(first)
      hits.push({ medicine, rank: (begins ? 0 : 2) + (medicine.ingredients.length > 1 ? 1 : 0) })
      continue
    }
    const brand = medicine.brands.find((name) => matches(name, typed))
    if (brand) hits.push({ medicine, brand, rank: 4 })
  }
  return hits
    .sort((a, b) => a.rank - b.rank || (a.medicine.name < b.medicine.name ? -1 : 1))
    .slice(0, limit)
    .map(({ medicine, brand }) => ({ medicine, ...(brand && { brand }) }))
}

function matches(name: string, typed: readonly string[]): boolean {
  const words = wordsOf(name)
  return typed.every((word) => words.some((known) => known.startsWith(word)))
}

/** How a group of medicines is called when somebody is allergic to it, and which classes it takes in. */
const ALLERGENS: readonly { group: string; called: RegExp; classes: readonly MedicineClass[] }[] = [
  { group: 'penicillins', called: /penicillin|\bpcn\b/, classes: ['penicillin'] },
  { group: 'cephalosporins', called: /ceph?alosporin/, classes: ['cephalosporin'] },
  {
    group: 'sulfonamides',
    called: /sul(?:f|ph)onamide|sul(?:f|ph)a\b|sul(?:f|ph)amethoxazole/,
    classes: ['sulfonamide-antibiotic'],
  },
  {
    group: 'NSAIDs',
    called: /\bnsaids?\b|non-?steroidal|anti-?inflammatory/,
    classes: ['nsaid', 'salicylate'],
  },
  { group: 'salicylates', called: /salicylate/, classes: ['salicylate'] },
  { group: 'macrolides', called: /macrolide/, classes: ['macrolide'] },
  { group: 'fluoroquinolones', called: /quinolone/, classes: ['fluoroquinolone'] },
  { group: 'tetracyclines', called: /tetracycline/, classes: ['tetracycline'] },
  { group: 'opioids', called: /opioid|opiate/, classes: ['opioid'] },
  { group: 'statins', called: /\bstatins?\b/, classes: ['statin'] },
  { group: 'ACE inhibitors', called: /\bace\b.*inhibitor/, classes: ['ace-inhibitor'] },
  { group: 'insulin', called: /\binsulin\b/, classes: ['insulin'] },
]

/** An allergy to one class that speaks against another too: shared rings and side chains, shared mechanism. */
const CROSS = lookup<readonly MedicineClass[]>({
  penicillin: ['penicillin', 'cephalosporin'],
  cephalosporin: ['cephalosporin', 'penicillin'],
  nsaid: ['nsaid', 'salicylate'],
  salicylate: ['salicylate', 'nsaid'],
  'sulfonamide-antibiotic': ['sulfonamide-antibiotic'],
  macrolide: ['macrolide'],
  fluoroquinolone: ['fluoroquinolone'],
  tetracycline: ['tetracycline'],
  'ace-inhibitor': ['ace-inhibitor'],
  opioid: ['opioid'],
})

export interface Alert {
  code: 'allergy' | 'duplicate'
  /** `same`: the medicine itself; `group`: one of a group it belongs to; `cross`: of a related one. */
  how: 'same' | 'group' | 'cross'
  /** What it collides with: the allergy, or the medicine taken already, as it is recorded. */
  with: string
  /** What they have in common. */
  through: string
}

/**
 * What speaks against a medicine, given what the patient is allergic to and takes already, each as recorded. Names that
 * the list does not have are compared as text, so that an allergy to something rare still meets that rare thing.
 */
export function alertsFor(medicine: string, allergies: readonly string[], taking: readonly string[]): Alert[] {
  const prescribed = medicineNamed(medicine)
  const alerts: Alert[] = []
  for (const allergy of new Set(allergies)) {
    const alert = allergyAlert(medicine, prescribed, allergy)
    if (alert) alerts.push(alert)
  }
  for (const other of new Set(taking)) {
    const alert = duplicateAlert(medicine, prescribed, other)
    if (alert) alerts.push(alert)
  }
  return alerts
}

function allergyAlert(text: string, prescribed: Medicine | undefined, allergy: string): Alert | undefined {
  const folded = foldText(allergy)
  const ingredients = prescribed?.ingredients ?? [text]
  const named = ingredientsNamed(allergy)
  const same = ingredients.find((it) => named.includes(it) || mentions(folded, foldText(it)))
  if (same) return { code: 'allergy', how: 'same', with: allergy, through: same }
  if (!prescribed) return undefined
  const group = ALLERGENS.find((it) => it.called.test(folded))
  const shared = group?.classes.find((it) => prescribed.classes.includes(it))
  if (group && shared) return { code: 'allergy', how: 'group', with: allergy, through: group.group }
  const classes = group?.classes ?? named.flatMap((name) => classOf.get(foldText(name)) ?? [])
  for (const from of classes) {
    const met = CROSS[from]?.find((it) => prescribed.classes.includes(it))
    if (met) return { code: 'allergy', how: met === from ? 'group' : 'cross', with: allergy, through: className(met) }
  }
  return undefined
}

/** Two of these at once are ordinary practice (two insulins, three drugs for tuberculosis). */
const OFTEN_TOGETHER: ReadonlySet<MedicineClass> = new Set([
  ...([
    'insulin',
    'vitamin-mineral',
    'antitubercular',
    'cough-cold',
    'dermatology',
    'eye-ear',
    'respiratory-other',
  ] as const),
  ...([
    'cardiac-other',
    'antidiarrheal',
    'hormone',
    'neurology',
    'other-antibacterial',
    'antacid',
    'laxative',
  ] as const),
  ...(['diabetes-other', 'gout-rheumatology', 'urology', 'antiepileptic', 'beta2-agonist', 'antileprotic'] as const),
  ...(['hepatobiliary', 'lipid-other', 'thyroid', 'antiviral', 'antifungal', 'antiemetic', 'antiscabietic'] as const),
])

function duplicateAlert(text: string, prescribed: Medicine | undefined, other: string): Alert | undefined {
  const taken = medicineNamed(other)
  if (!prescribed || !taken) {
    const same = foldText(text).trim() === foldText(other).trim()
    return same ? { code: 'duplicate', how: 'same', with: other, through: text } : undefined
  }
  const same = prescribed.ingredients.find((it) => taken.ingredients.includes(it))
  if (same) return { code: 'duplicate', how: 'same', with: other, through: same }
  const shared = prescribed.classes.find((it) => taken.classes.includes(it) && !OFTEN_TOGETHER.has(it))
  return shared && { code: 'duplicate', how: 'group', with: other, through: className(shared) }
}

function ingredientsNamed(allergy: string): readonly string[] {
  // `Allergy to amoxicillin (finding)` names amoxicillin.
  const bare = allergy.replace(
    /\b(?:allergy|allergic|intolerance|reaction|hypersensitivity|to|finding|disorder)\b/gi,
    ' ',
  )
  return medicineNamed(bare.trim())?.ingredients ?? []
}

function mentions(text: string, name: string): boolean {
  return name.length > 2 && ` ${wordsOf(text).join(' ')} `.includes(` ${wordsOf(name).join(' ')} `)
}

/** `ace-inhibitor` → `ACE inhibitor`. */
export function className(of: MedicineClass): string {
  return of
    .replaceAll('-', ' ')
    .replace(/^ace\b/, 'ACE')
    .replace(/^nsaid$/, 'NSAID')
    .replace(/^ssri$/, 'SSRI')
}

function lineOf(line: string, of: MedicineClass): Line {
  const [, name = line, rest = ''] = /^(.+?): (.+)$/.exec(line) ?? []
  const [preparations = '', brands = ''] = rest.split(';')
  return {
    name: name.trim(),
    of,
    preparations: preparations
      .split(', ')
      .map((it) => it.trim())
      .filter(Boolean)
      .map(preparationOf),
    brands: brands
      .split(',')
      .map((it) => it.trim())
      .filter(Boolean),
  }
}

function preparationOf(text: string): { strength: string; form: string } {
  const form = /(?:(?:eye|ear|nasal|nebulizer|chewable|skin) )?[a-z]+$/.exec(text)?.[0] ?? ''
  return { strength: text.slice(0, text.length - form.length).trim(), form }
}
