/** The chart of an invented person: years of visits that make sense together. */
import type { Resource } from '../../domain/fhir/fhir.ts'
import { ACUTE, ALLERGIES, CHRONIC, type Complaint, VACCINES } from './complaints.ts'
import { at, type Clock, type Day, daysBefore, daysBetween } from './day.ts'
import type { Person } from './people.ts'
import type { Random } from './random.ts'
import * as make from './resources.ts'

export interface Doctor {
  id: string
  name: string
}

interface Visit {
  day: Day
  minute: number
  complaint: Complaint
  doctor: Doctor
  /** Today's visits are at all stages; earlier ones are over. */
  status: string
  token: number
}

const YEARS = 4
const DAY_BEGINS = 9 * 60

const EACH = 11

/** When who has that token came: from nine on, or so much earlier that all of them have come by now. */
function arrival(token: number, of: number, now = 24 * 60): number {
  const begins = Math.min(DAY_BEGINS, now - (of + 1) * EACH)
  return begins < 0 ? Math.floor((now * token) / (of + 1)) : begins + token * EACH
}

export class Chart {
  readonly #random: Random
  readonly #person: Person
  readonly #doctors: readonly Doctor[]
  readonly #clock: Clock
  readonly #today: Day
  readonly #problems: readonly Complaint[]

  constructor(random: Random, person: Person, doctors: readonly Doctor[], clock: Clock) {
    this.#random = random
    this.#person = person
    this.#doctors = doctors
    this.#clock = clock
    this.#today = clock.today
    const { age } = person
    this.#problems = CHRONIC.filter(
      ({ ages }) => age >= ages[0] && age <= ages[1] && random.chance(age > 50 ? 0.4 : 0.15),
    )
  }

  *resources(): Generator<Resource> {
    const { resource, age, born } = this.#person
    yield resource
    const since = age < YEARS ? born : daysBefore(this.#today, YEARS * 365)
    yield* this.#background(since)
    const days = daysBetween(since, this.#today) - 2
    for (const problem of this.#problems) {
      const first = this.#random.between(0, Math.max(0, days - 200))
      yield make.condition(this.#of(), this.#at(daysBefore(this.#today, days - first), 600), problem, this.#doctor().id)
      for (let day = first; day < days; day += this.#random.between(70, 120)) {
        yield* this.#visit(this.#past(daysBefore(this.#today, days - day), problem), days - day < 110)
      }
    }
    for (let count = this.#random.between(1, 6); count > 0 && days > 0; count--) {
      yield* this.#visit(this.#past(daysBefore(this.#today, 2 + this.#random.between(0, days)), this.#acute()), false)
    }
  }

  /** A visit of today, of so many: seen, with the doctor, or waiting with vitals taken or not. */
  *today(token: number, of: number, status: 'finished' | 'in-progress' | 'triaged' | 'arrived'): Generator<Resource> {
    const complaint = this.#problems[0] ?? this.#acute()
    const minute = arrival(token, of, this.#clock.minute)
    yield* this.#visit({ day: this.#today, minute, complaint, doctor: this.#doctor(), status, token }, true)
  }

  #at(day: Day, minutes: number): string {
    return at(this.#clock, day, minutes)
  }

  *#background(since: Day): Generator<Resource> {
    const random = this.#random
    const told = this.#at(since, 10 * 60)
    const known = random.chance(0.2) ? random.pick(ALLERGIES) : undefined
    // For one in ten nobody has asked yet.
    if (known || random.chance(0.87)) yield make.allergy(this.#of(), told, known)
    if (this.#person.age > 6) return
    for (const vaccine of VACCINES) {
      const day = daysBefore(this.#person.born, -vaccine.age)
      if (day >= this.#today) continue
      yield make.vaccination(this.#of(), day, vaccine, `SMP${random.between(1000, 9999)}`)
    }
  }

  #past(day: Day, complaint: Complaint): Visit {
    const token = this.#random.between(1, 40)
    return { day, minute: DAY_BEGINS + token * EACH, complaint, doctor: this.#doctor(), status: 'finished', token }
  }

  *#visit(visit: Visit, recent: boolean): Generator<Resource> {
    const { day, minute, complaint, doctor, status, token } = visit
    const encounter = this.#random.uuid()
    const over = status === 'finished'
    yield make.encounter(
      { id: encounter, patient: this.#person.id },
      {
        doctor: doctor.id,
        start: this.#at(day, minute),
        ...(over && { end: this.#at(day, minute + 12) }),
        reason: complaint.display,
        status,
        token,
      },
    )
    if (status !== 'arrived') yield* this.#vitals(encounter, this.#at(day, minute + 3), complaint)
    if (!over) return
    const of = () => this.#of(encounter)
    const seen = this.#at(day, minute + 10)
    if (!complaint.chronic) yield make.condition(of(), seen, complaint, doctor.id)
    for (const medicine of complaint.medicines) yield make.prescription(of(), seen, medicine, doctor.id, recent)
    if (complaint.chronic && this.#random.chance(0.5))
      yield* this.#results(encounter, this.#at(day, minute + 60), complaint)
    if (!complaint.chronic && this.#random.chance(0.05)) yield make.dressing(of(), seen, doctor.id)
    yield make.note(of(), seen, complaint, doctor)
  }

  *#vitals(encounter: string, time: string, { chronic, fever }: Complaint): Generator<Resource> {
    const random = this.#random
    const { age } = this.#person
    const take = (it: Parameters<typeof make.observation>[2]) => make.observation(this.#of(encounter), time, it)
    const whole = (middle: number, spread: number) => Math.round(random.around(middle, spread))
    if (age >= 13) {
      const high = chronic === 'pressure' ? 20 : 0
      yield take({
        code: '85354-9',
        display: 'Blood pressure',
        components: [
          { code: '8480-6', display: 'Systolic blood pressure', value: whole(122 + high, 16), unit: 'mm[Hg]' },
          { code: '8462-4', display: 'Diastolic blood pressure', value: whole(78 + high / 2, 9), unit: 'mm[Hg]' },
        ],
      })
    }
    yield take({ code: '8867-4', display: 'Heart rate', value: whole(age < 6 ? 110 : 78, 10), unit: '/min' })
    yield take({
      code: '8310-5',
      display: 'Body temperature',
      value: random.around(fever ? 38.3 : 36.8, 0.5),
      unit: 'Cel',
    })
    const weight = age < 15 ? 3.5 + age * 2.8 : 62
    yield take({
      code: '29463-7',
      display: 'Body weight',
      value: random.around(weight, age < 15 ? 0.6 : 9),
      unit: 'kg',
    })
    if (chronic === 'asthma' || fever) {
      yield take({ code: '59408-5', display: 'Oxygen saturation', value: Math.min(100, whole(97, 1.5)), unit: '%' })
    }
  }

  *#results(encounter: string, time: string, { chronic }: Complaint): Generator<Resource> {
    const random = this.#random
    const lab = (code: string, display: string, value: number, unit: string, range: [number, number]) =>
      make.observation(this.#of(encounter), time, { code, display, value, unit, range, category: 'laboratory' })
    const found =
      chronic === 'diabetes'
        ? [
            lab('4548-4', 'Hemoglobin A1c', random.around(7.6, 1.2), '%', [4, 5.6]),
            lab('1558-6', 'Fasting glucose', Math.round(random.around(138, 30)), 'mg/dL', [70, 99]),
          ]
        : chronic === 'thyroid'
          ? [lab('3016-3', 'TSH', random.around(4.2, 2.5), 'm[IU]/L', [0.4, 4])]
          : [
              lab('2160-0', 'Creatinine', random.around(0.9, 0.2), 'mg/dL', [0.6, 1.2]),
              lab('2093-3', 'Total cholesterol', Math.round(random.around(192, 30)), 'mg/dL', [120, 200]),
            ]
    yield* found
    const results = found.map(({ id }) => String(id))
    yield make.report(this.#of(encounter), time, ['11502-2', 'Laboratory report'], results)
  }

  #acute(): Complaint {
    const { age } = this.#person
    return this.#random.pick(ACUTE.filter(({ ages }) => age >= ages[0] && age <= ages[1]))
  }

  #doctor(): Doctor {
    return this.#random.pick(this.#doctors)
  }

  #of(encounter?: string): make.Of {
    return { id: this.#random.uuid(), patient: this.#person.id, ...(encounter && { encounter }) }
  }
}
