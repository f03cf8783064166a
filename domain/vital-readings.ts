/** How each vital is typed, and the arithmetic to its own unit. Text comes in lower case, with single spaces. */

export type Reading = number
type Reader = (text: string) => Reading | undefined

const number = (text: string, unit: string): number | undefined => {
  const match = new RegExp(`^(\\d{1,4}(?:\\.\\d{1,3})?|\\.\\d{1,3}) ?(?:${unit})?$`).exec(text)
  return match ? Number(match[1]) : undefined
}
/** Tries the spellings in turn: a unit with its factor. The first is what a bare number means. */
const scaled =
  (...units: [string, number][]): Reader =>
  (text) => {
    for (const [i, [unit, factor]] of units.entries()) {
      const value = i === 0 || /[a-z"%]/.test(text) ? number(text, unit) : undefined
      if (value !== undefined) return value * factor
    }
    return undefined
  }

const POUND = 0.45359237
const INCH = 2.54
/** Milligrams in a deciliter of one millimole of glucose in a liter (molar mass 180.156). */
const MMOL = 18.0156

const temperature: Reader = (text) => {
  const celsius = number(text, '°? ?c(?:el)?')
  const fahrenheit = number(text, '°? ?f')
  if (celsius !== undefined && (fahrenheit === undefined || celsius < 50)) return celsius
  // No body is at 77 degrees Celsius or at 45 Fahrenheit: a bare number says itself which it is.
  return fahrenheit === undefined ? undefined : (fahrenheit - 32) / 1.8
}

const height: Reader = (text) => {
  const feet = /^(\d) ?(?:'|’|′|ft|feet) ?(?:(\d{1,2}(?:\.\d)?) ?(?:"|”|″|''|in|inches)?)?$/.exec(text)
  if (feet) {
    const inches = Number(feet[2] ?? 0)
    return inches < 12 ? (Number(feet[1]) * 12 + inches) * INCH : undefined
  }
  return scaled(['cms?', 1], ['m', 100], ['in|inch|inches|"', INCH])(text)
}

/** By the key of the vital. Blood pressure has two numbers and is read where it is defined; BMI is never typed. */
export const readers: Partial<Record<string, Reader>> = {
  pulse: scaled(['bpm|/ ?min', 1]),
  temperature,
  respiration: scaled(['/ ?min', 1]),
  spo2: scaled(['%', 1]),
  weight: scaled(['kgs?', 1], ['lbs?|pounds?', POUND], ['g|gm|gms|grams?', 0.001]),
  height,
  glucose: scaled(['mg/?dl|mg', 1], ['mmol(?:/l)?', MMOL]),
  glucoseFasting: scaled(['mg/?dl|mg', 1], ['mmol(?:/l)?', MMOL]),
  glucoseAfterMeal: scaled(['mg/?dl|mg', 1], ['mmol(?:/l)?', MMOL]),
}

/** Kilograms over square meters. */
export function bmiOf(weightKg: number, heightCm: number): number {
  return weightKg / (heightCm / 100) ** 2
}
