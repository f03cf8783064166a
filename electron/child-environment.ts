/** What a process needs of its surroundings to start at all. */
const NEEDED = [
  'PATH',
  'HOME',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'USERPROFILE',
  'APPDATA',
  'NODE_V8_COVERAGE',
]

/**
 * The environment for a process of ours: a few names and nothing more. A password given to the command line by its
 * environment, or a `NODE_OPTIONS`, must not travel on.
 */
export function childEnvironment(from: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const env: Record<string, string> = {}
  for (const name of NEEDED) {
    const value = from[name]
    if (value !== undefined) env[name] = value
  }
  return env
}
