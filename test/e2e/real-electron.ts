import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { _electron } from '@playwright/test'
import type { StandInOptions } from '../stand-in/stand-in.ts'
import type { App } from './fixtures.ts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** The same app on Electron itself, where its program is on the machine. */
export async function launchElectron(executablePath: string, options: StandInOptions): Promise<App> {
  const app = await _electron.launch({
    executablePath,
    args: [root, ...(options.args ?? [])],
    env: { ...(process.env as Record<string, string>), ...options.env },
    ...(options.colorScheme && { colorScheme: options.colorScheme }),
  })
  const dialogs: (string | undefined)[] = []
  const page = await app.firstWindow()
  await page.waitForLoadState()
  return {
    pid: app.process().pid ?? 0,
    page: async () => page,
    dialogs,
    opened: [],
    copied: [],
    printed: [],
    processes: new Map(),
    idle: () => {
      throw new Error('Electron takes the idle time from the system; this spec is for the stand-in.')
    },
    power: (event) => void app.evaluate(({ powerMonitor }, name) => powerMonitor.emit(name), event),
    close: () => app.close(),
  }
}
