/** Whether the server has the fixes that keep facilities apart. */
import { OLDEST } from '../expected/fleet.ts'
import { type Finding, finding } from '../finding.ts'

/** `number` as `server_version_num`: 180004 is 18.4. */
export function checkVersion(number: number): Finding[] {
  const [major, minor] = [Math.floor(number / 10_000), number % 10_000]
  const oldest = OLDEST[major]
  const about = { object: 'server_version', found: `${major}.${minor}` }
  if (oldest === undefined)
    return [
      major > Math.max(...Object.keys(OLDEST).map(Number))
        ? finding('server-untried', { ...about, expected: Object.keys(OLDEST).join(', ') })
        : finding('server-unpatched', { ...about, expected: `version ${Object.keys(OLDEST)[0]}` }),
    ]
  return minor >= oldest ? [] : [finding('server-unpatched', { ...about, expected: `${major}.${oldest}` })]
}
