import { z } from 'zod'
import { yearsOn } from '../../domain/age.ts'
import { localDay } from '../../domain/dates.ts'
import { id } from '../../domain/fields.ts'
import type { Observation } from '../../domain/kinds.ts'
import { KINDS } from '../../domain/kinds.ts'
import { computeBmi, flagOf, observationOf, usualAt, vital, vitalOf } from '../../domain/vitals.ts'
import type { TrendPoint } from '../api-shapes.ts'
import type { Context } from '../context.ts'
import { AlcoveError } from '../errors.ts'
import { command, feature, query } from '../feature.ts'
import type { Row } from '../rows.ts'
import { checkChart, needPatient, nowOf } from './records.ts'
import { openVisit } from './visit-today.ts'

const { observation: kind } = KINDS
const LoincCode = z.string().min(1).max(100)
const MOST_POINTS = 2000

type Given = z.output<typeof input>
const input = kind.input.omit({ id: true, source: true, status: true })

/** What was measured or found. Only ever added: a correction is a new one that names the one it replaces. */
export const observations = feature('observation', {
  /** Records it in the visit that is under way; a measurement of now without one opens today's. */
  record: command({
    input,
    needs: 'observation:write',
    run: (context, given) => {
      const { store, user } = context
      checkChart(context, given)
      checkCorrection(context, given)
      const effective = given.effective ?? nowOf(context)
      const isNow = localDay(effective) === localDay(context.now())
      const encounter = given.encounter ?? (isNow ? openVisit(context, given.patient).id : undefined)
      const observation = store.save(kind, {
        ...judged(context, given, effective),
        effective,
        encounter,
        performer: given.performer ?? user.practitioner,
        status: given.replaces === undefined ? 'final' : 'corrected',
      })
      recordBmi(context, observation)
      return { observation }
    },
  }),

  /**
   * Withdraws one that should never have been recorded, say on another patient's chart. Both stay on record: the
   * withdrawal is an observation of its own, as a correction is.
   */
  retract: command({
    input: z.strictObject({ id: id() }),
    needs: 'observation:write',
    run: (context, { id: which }) => {
      const { id: wrong, source: _, ...fields } = context.store.need(kind, which)
      checkCorrection(context, { ...fields, replaces: wrong })
      retract(context, fields, wrong)
      const bmi = bmiOfThat(context, fields)
      if (bmi) {
        const { id: reckoned, source: __, ...same } = bmi
        retract(context, same, reckoned)
      }
      return {}
    },
  }),

  /** The last value of each code that has one. */
  latest: query({
    input: z.strictObject({ patient: id(), codes: z.array(LoincCode).max(50) }),
    needs: 'chart:read',
    reads: ({ patient }) => patient,
    run: (context, { patient, codes }) => {
      const found = codes.flatMap((code) => {
        const last = latestOf(context, patient, code)
        return last ? [[code, last] as const] : []
      })
      return { latest: Object.fromEntries(found) as Record<string, Observation> }
    },
  }),

  /** Every value of one code, oldest first: what the trend chart draws. */
  trend: query({
    input: z.strictObject({ patient: id(), code: LoincCode }),
    needs: 'chart:read',
    reads: ({ patient }) => patient,
    run: ({ db, store }, { patient, code }): { points: TrendPoint[] } => {
      const rows = codesOf(code).flatMap((it) => db.all<Row>(TREND, { patient, code: it, limit: MOST_POINTS }))
      const points = rows.map((row) => pointOf(store.read(kind, row))).filter((point) => point !== undefined)
      return { points: points.sort((a, b) => Date.parse(a.at) - Date.parse(b.at)) }
    },
  }),
})

function latestOf({ db, store }: Context, patient: string, code: string): Observation | undefined {
  const [last] = codesOf(code)
    .flatMap((it) => db.all<Row>(LATEST, { patient, code: it }))
    .sort((a, b) => (String(a._at) < String(b._at) ? 1 : -1))
  return last && store.read(kind, last)
}

/** A vital is recorded under its code here, and may have been imported under another. */
function codesOf(code: string): readonly string[] {
  const known = vitalOf(code)
  return known ? [known.code, ...(known.also ?? [])] : [code]
}

function pointOf({ id, effective, value, components = [] }: Observation): TrendPoint | undefined {
  const parts = components.flatMap(({ code, value }) =>
    value && code.code !== undefined ? [{ code: code.code, value: value.value, unit: value.unit }] : [],
  )
  if (effective === undefined || (!value && parts.length === 0)) return undefined
  return {
    id,
    at: effective,
    ...(value && { value: value.value, unit: value.unit }),
    ...(parts.length > 0 && { components: parts }),
  }
}

function checkCorrection({ db, store }: Context, { replaces, patient }: Given): void {
  if (replaces === undefined) return
  const wrong = store.need(kind, replaces)
  if (wrong.patient !== patient) throw new AlcoveError('bad-input', 'That measurement is another patient’s.')
  // Two corrections of one value would both stand: the second has to correct the first.
  if (db.get('select 1 from observation where replaces = ?', [replaces])) {
    throw new AlcoveError('conflict', 'That measurement was corrected already. Correct the newer one.')
  }
}

/** A vital with what its value means at the patient's age; refused where no living person has it. */
function judged(context: Context, given: Given, effective: string): Given {
  const known = given.code.code === undefined ? undefined : vitalOf(given.code.code)
  if (!known) return given
  for (const measure of known.components ?? [known]) {
    const quantity = known.components
      ? given.components?.find((part) => part.code.code === measure.code)?.value
      : given.value
    if (quantity?.unit === measure.unit && (quantity.value < measure.hard.low || quantity.value > measure.hard.high)) {
      throw new AlcoveError('bad-input', 'That value is not possible. Check what was typed.', { code: measure.code })
    }
  }
  const { birthDate } = needPatient(context, given.patient)
  const years = birthDate === undefined ? undefined : yearsOn(birthDate, effective)
  const range = usualAt(known, years)
  const flag = given.value?.unit === known.unit ? flagOf(known, given.value.value, years) : undefined
  return {
    ...given,
    category: given.category ?? 'vital-signs',
    ...(flag && !given.flag && { flag }),
    ...(range &&
      !given.range && {
        range: {
          ...(range.low !== undefined && { low: range.low }),
          ...(range.high !== undefined && { high: range.high }),
        },
      }),
  }
}

/** Whoever weighs or measures wants the index that follows; it is reckoned from the last of the other. */
function recordBmi(context: Context, observation: Observation): void {
  const { code, value, patient, encounter, effective, performer, replaces } = observation
  const [weight, height] = [vital('weight'), vital('height')]
  const other = code.code === weight.code ? height : code.code === height.code ? weight : undefined
  const last = other && latestOf(context, patient, other.code)?.value
  if (!other || !value || !last || last.unit !== other.unit || value.unit !== (other === height ? weight : height).unit)
    return
  const bmi = other === height ? computeBmi(value.value, last.value) : computeBmi(last.value, value.value)
  if (bmi === undefined) return
  const { birthDate } = needPatient(context, patient)
  const years = birthDate === undefined || effective === undefined ? undefined : yearsOn(birthDate, effective)
  const observed = observationOf(vital('bmi'), { value: bmi }, years)
  // The index that was reckoned from a wrong weight is as wrong as the weight was.
  const wrong = replaces === undefined ? undefined : context.store.get(kind, replaces)
  const former = wrong && bmiOfThat(context, wrong)
  context.store.save(kind, {
    ...observed,
    patient,
    encounter,
    effective,
    performer,
    status: former ? 'corrected' : 'final',
    ...(former && { replaces: former.id }),
  })
}

/** The index that was reckoned when that weight or height was recorded. */
function bmiOfThat(
  { db, store }: Context,
  { code, patient, effective }: Omit<Observation, 'id'>,
): Observation | undefined {
  if (effective === undefined || ![vital('weight').code, vital('height').code].includes(code.code ?? ''))
    return undefined
  const row = db
    .all<Row>(LATEST_FEW, { patient, code: vital('bmi').code })
    .find((it) => store.read(kind, it).effective === effective)
  return row && store.read(kind, row)
}

function retract({ store, user }: Context, fields: Omit<Observation, 'id' | 'source'>, replaces: string): void {
  store.save(kind, { ...fields, replaces, status: 'entered-in-error', performer: user.practitioner })
}

/** What stands: neither withdrawn nor corrected by a later one. */
const STANDS = `
  status <> 'entered-in-error' and not exists (select 1 from observation as later where later.replaces = observation.id)`
export const TREND = `
  select * from observation
  where patient = :patient and json_extract(code, '$.code') = :code and ${STANDS}
  order by _at desc limit :limit`
export const LATEST = `
  select * from observation
  where patient = :patient and json_extract(code, '$.code') = :code and _at is not null and ${STANDS}
  order by _at desc limit 1`
const LATEST_FEW = `
  select * from observation
  where patient = :patient and json_extract(code, '$.code') = :code and _at is not null and ${STANDS}
  order by _at desc limit 200`
