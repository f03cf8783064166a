/**
 * The app for a spec, whole: window, preload, main, engine process, database.
 *
 *   import { expect, test } from './fixtures.ts'
 *
 *   test('an empty folder greets with the first-run wizard', async ({ launch }) => {
 *     const { page, dir, app } = await launch()                     // an empty data folder of its own
 *     await expect(page.getByRole('heading')).toBeVisible()         // `page` is Playwright's
 *     await page.evaluate(() => window.alcove.invoke('clinic.status', {}))
 *   })
 *
 * `launch({ clinic: true })` makes a clinic first (admin `asha`, password PASSWORD, also a clinician; answers `login`),
 * `launch({ sample: true })` makes the sample clinic (120 invented patients, a full day) and opens it signed in,
 * `launch({ dir })` opens what an earlier launch left,
 * `launch({ colorScheme: 'dark', viewport: { width, height } })` for screenshots,
 * `launch({ policy: { idleLock: 2 } })` for a machine with a policy. What was launched is closed after the
 * test and its folders are removed. `app.dialogs.push('/a/file.json')` answers the next file dialog, `app.idle(3600)`
 * lets an hour pass without a key, `app.processes` are the utility processes alive, by pid.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, type Page } from '@playwright/test'
import { electronBinary } from '../../electron/electron-binary.ts'
import { makeSample, type Sample } from '../../electron/sample.ts'
import { launchStandIn, type StandIn, type StandInOptions } from '../stand-in/stand-in.ts'
import { makeClinic } from './clinic.ts'
import { launchElectron } from './real-electron.ts'

/** Playwright’s own, so that a spec imports from one place. */
export const { expect } = base

export const LOGIN = 'asha'
export const PASSWORD = 'a long enough password'

export interface LaunchOptions
  extends Pick<StandInOptions, 'args' | 'bundled' | 'colorScheme' | 'env' | 'locale' | 'viewport'> {
  dir?: string
  /** The machine's policy, as an administrator would set it. */
  policy?: object
  /** Makes a clinic with one admin, locked. */
  clinic?: boolean
  /** The sample clinic of invented people, signed in. */
  sample?: boolean
}

/** What a spec can do beside the page. On real Electron only what Electron itself lets it. */
export type App = Pick<
  StandIn,
  'close' | 'copied' | 'dialogs' | 'idle' | 'opened' | 'page' | 'pid' | 'power' | 'printed' | 'processes'
>

export interface Launched {
  page: Page
  dir: string
  app: App
}

export const test = base.extend<{ launch: (options?: LaunchOptions) => Promise<Launched> }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs off this pattern
  launch: async ({}, use, info) => {
    const onElectron = info.project.name === 'electron'
    base.skip(onElectron && !electronBinary(), 'SKIPPED ON ELECTRON: its binary is not on this machine.')
    const apps: App[] = []
    const home = await mkdtemp(join(tmpdir(), 'alcove-e2e-'))
    let made = 0
    await use(async ({ dir: given, clinic, sample, policy, env, args = [], ...options } = {}) => {
      const dir = given ?? join(home, `data-${++made}`)
      if (clinic) await makeClinic(dir, { login: LOGIN, password: PASSWORD })
      // Without one of its own a spec sees no policy, whatever this machine's is.
      const policyFile = join(home, `policy-${++made}.json`)
      if (policy) await writeFile(policyFile, JSON.stringify(policy))
      const signIn = sample ? { ALCOVE_SAMPLE: JSON.stringify(signInOf(await makeSample(dir))) } : {}
      const all: StandInOptions = {
        ...options,
        args: ['--data', dir, ...args],
        env: { XDG_CONFIG_HOME: join(home, 'config'), ALCOVE_POLICY: policyFile, ...signIn, ...env },
      }
      const app = onElectron ? await launchElectron(electronBinary() ?? '', all) : await launchStandIn(all)
      apps.push(app)
      return { page: await app.page(), dir, app }
    })
    for (const app of apps) await app.close()
    await rm(home, { recursive: true, force: true })
  },
})

function signInOf({ login, password }: Sample): { login: string; password: string } {
  return { login, password }
}
