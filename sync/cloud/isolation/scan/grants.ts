/** How what was granted on something, and who owns it, are compared with what must be. */
import { type Finding, finding } from './finding.ts'

/**
 * `granted` and `must` are `grantee privilege`, with `*` behind what may be passed on. A finding for each grantee, however
 * many privileges he has too many or too few.
 */
export function grantsDiffer(
  object: string,
  granted: readonly string[],
  must: readonly string[],
  facility?: string,
): Finding[] {
  const lacking = new Set(must)
  const extra = new Map<string, string[]>()
  for (const grant of granted) {
    if (lacking.delete(grant)) continue
    // What may be passed on and must not be is too much, and not too little as well.
    lacking.delete(grant.replace(/\*$/, ''))
    const [grantee, privilege] = parts(grant)
    extra.set(grantee, [...(extra.get(grantee) ?? []), privilege])
  }
  const missing = new Map<string, string[]>()
  for (const grant of lacking) {
    const [grantee, privilege] = parts(grant)
    missing.set(grantee, [...(missing.get(grantee) ?? []), privilege])
  }
  return [
    ...[...extra].map(([grantee, privileges]) =>
      grantee === 'PUBLIC'
        ? finding('grant-public', { facility, object, expected: 'nothing', found: privileges.sort().join(', ') })
        : finding('grant-unexpected', {
            facility,
            object,
            expected: allOf(must, grantee),
            found: `${privileges.sort().join(', ')} to ${grantee}`,
          }),
    ),
    ...[...missing].map(([grantee, privileges]) =>
      finding('grant-missing', {
        facility,
        object,
        expected: `${privileges.sort().join(', ')} to ${grantee}`,
        found: 'nothing',
      }),
    ),
  ]
}

/** Nearly everything is the fleet's owner's, who cannot log in. */
export function ownerDiffers(
  object: string,
  owner: string,
  { expected = 'fleet_owner', facility }: { expected?: string; facility?: string } = {},
): Finding[] {
  return owner === expected ? [] : [finding('owner-unexpected', { facility, object, expected, found: owner })]
}

function allOf(must: readonly string[], grantee: string): string {
  const privileges = must.map(parts).filter(([name]) => name === grantee)
  return privileges.map(([, privilege]) => privilege).join(', ') || 'nothing'
}

/** A grantee's name may hold spaces; a privilege does not, but in `create temporary`, which PostgreSQL calls `temporary`. */
function parts(grant: string): [string, string] {
  const at = grant.lastIndexOf(' ')
  return [grant.slice(0, at), grant.slice(at + 1)]
}
