/** Versions of the protocol. A gateway and a workstation each speak the newest they know and the one before it. */

/** What this program speaks, newest first. There has been one version so far; a second is put before it, a third drops it. */
export const VERSIONS: readonly number[] = [1]

/** The newest version that both speak; undefined when there is none. */
export function negotiate(offered: readonly number[], spoken: readonly number[] = VERSIONS): number | undefined {
  const common = spoken.filter((version) => offered.includes(version))
  return common.length > 0 ? Math.max(...common) : undefined
}
