import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { buildAll, buildPage } from './build.ts'
import { electronBinary } from './electron-binary.ts'
import { ROOT } from './paths.ts'

/** `npm start`: the desktop app, in Electron where its program is, otherwise in a Chromium of this machine's. */

const USAGE = `npm start -- [--data DIR] [--sample]

  --data DIR   the folder of the clinic's records; without it, the machine's own
  --sample     a sample clinic of invented people, thrown away when the app is closed`

const { values } = parseArgs({
  options: { data: { type: 'string' }, sample: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
})

if (values.help) console.log(USAGE)
else process.exitCode = await start()

async function start(): Promise<number> {
  const electron = electronBinary()
  if (electron) {
    await buildAll()
    return withData((args, env) => runElectron(electron, args, env))
  }
  console.log(
    'Electron’s program is not on this machine: it comes from a release page rather than from npm, and the install could not fetch it.',
  )
  // From the tests' folder and only here: a packaged app has Electron, and never the stand-in.
  const { hasDisplay, visibleChromium } = await import('../test/stand-in/chromium.ts')
  if (!hasDisplay()) {
    console.error('There is no display to show a window on either. `npm run demo` shows what Alcove does without one.')
    return 1
  }
  const chromium = visibleChromium()
  if (!chromium) {
    console.error(
      'There is no Chromium or Chrome to open it in either. Install one, or see what Alcove does with `npm run demo`.',
    )
    return 1
  }
  console.log('Opening the same app in Chromium instead.')
  await buildPage()
  const { launchStandIn } = await import('../test/stand-in/stand-in.ts')
  return withData(async (args, env) => {
    const app = await launchStandIn({ visible: chromium, args, env })
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void app.close())
    await app.ended
    await app.close()
    return 0
  })
}

/** Runs the app on the clinic's folder, or on a sample's that is gone afterwards. */
async function withData(run: (args: string[], env: Record<string, string>) => Promise<number>): Promise<number> {
  if (!values.sample) return run(values.data ? ['--data', values.data] : [], {})
  const { makeSample } = await import('./sample.ts')
  console.log('Making a sample clinic of invented people …')
  const { dir, ...signIn } = await makeSample()
  console.log(`Signed in as ${signIn.login}; after a lock the password is ${signIn.password}`)
  try {
    return await run(['--data', dir], { ALCOVE_SAMPLE: JSON.stringify(signIn) })
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function runElectron(program: string, args: string[], env: Record<string, string>): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, [ROOT, ...args], { stdio: 'inherit', env: { ...process.env, ...env } })
    child.once('exit', (code) => resolve(code ?? 1))
  })
}
