import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

interface Asked {
  kind: 'open' | 'save'
  options?: { defaultPath?: string; properties?: string[] }
}

/**
 * The system's own file dialog, for a stand-in with a window. By whichever small program this desktop has for it; with
 * none, it is as though the person had cancelled, and a line says why.
 */
export async function fileDialog({ kind, options }: Asked): Promise<string | undefined> {
  const name = options?.defaultPath ?? ''
  const folder = options?.properties?.includes('openDirectory') ?? false
  const choice = folder ? 'choose folder' : `choose file${kind === 'save' ? ' name' : ''}`
  const ways: [string, string[]][] =
    process.platform === 'darwin'
      ? [['osascript', ['-e', `POSIX path of (${choice})`]]]
      : [
          [
            'zenity',
            [
              '--file-selection',
              ...(folder ? ['--directory'] : []),
              ...(kind === 'save' ? ['--save', `--filename=${name}`] : []),
            ],
          ],
          [
            'kdialog',
            kind === 'save' ? ['--getsavefilename', name] : [folder ? '--getexistingdirectory' : '--getopenfilename'],
          ],
        ]
  for (const [program, args] of ways) {
    try {
      const { stdout } = await run(program, args)
      return stdout.trim() || undefined
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) return undefined
    }
  }
  console.error('This desktop has no file dialog that Alcove can borrow (zenity or kdialog).')
  return undefined
}
