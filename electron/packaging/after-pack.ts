import { join } from 'node:path'
import { flipFuses } from '@electron/fuses'
import type { AfterPackContext, LinuxPackager } from 'electron-builder'
import { FUSES } from './fuses.ts'

/** Called by electron-builder once an app is laid out, before it is signed. */
export async function afterPack(context: AfterPackContext): Promise<void> {
  await flipFuses(programOf(context), {
    ...FUSES,
    // Flipping breaks the signature that Electron's own program carries on a Mac; ours follows in the next step.
    resetAdHocDarwinSignature: context.electronPlatformName === 'darwin',
  })
}

function programOf({ appOutDir, electronPlatformName, packager }: AfterPackContext): string {
  const { productFilename } = packager.appInfo
  if (electronPlatformName === 'darwin') return join(appOutDir, `${productFilename}.app`)
  if (electronPlatformName === 'win32') return join(appOutDir, `${productFilename}.exe`)
  return join(appOutDir, (packager as LinuxPackager).executableName)
}
