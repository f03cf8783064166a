/** Joins each feature's words. A feature adds its two files here, and nowhere else. */
import { en as adminEn } from '../admin/words.en.ts'
import { hi as adminHi } from '../admin/words.hi.ts'
import { en as chartEn } from '../chart/words.en.ts'
import { hi as chartHi } from '../chart/words.hi.ts'
import { en as frameEn } from '../frame/words.en.ts'
import { hi as frameHi } from '../frame/words.hi.ts'
import { en as homeEn } from '../home/words.en.ts'
import { hi as homeHi } from '../home/words.hi.ts'
import { en as patientsEn } from '../patients/words.en.ts'
import { hi as patientsHi } from '../patients/words.hi.ts'
import { en as sessionEn } from '../session/words.en.ts'
import { hi as sessionHi } from '../session/words.hi.ts'
import { en as setupEn } from '../setup/words.en.ts'
import { hi as setupHi } from '../setup/words.hi.ts'
import { en as uiEn } from '../ui/words.en.ts'
import { hi as uiHi } from '../ui/words.hi.ts'
import { en as visitsEn } from '../visits/words.en.ts'
import { hi as visitsHi } from '../visits/words.hi.ts'
import type { Translated } from './translated.ts'

export const en = {
  ui: uiEn,
  frame: frameEn,
  setup: setupEn,
  session: sessionEn,
  home: homeEn,
  patients: patientsEn,
  chart: chartEn,
  visits: visitsEn,
  admin: adminEn,
} as const

export const hi: Translated<typeof en> = {
  ui: uiHi,
  frame: frameHi,
  setup: setupHi,
  session: sessionHi,
  home: homeHi,
  patients: patientsHi,
  chart: chartHi,
  visits: visitsHi,
  admin: adminHi,
}
