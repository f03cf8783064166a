/** Who may do what. The engine asks; the screens only hide what would be refused. */

export const ROLES = ['admin', 'clinician', 'nurse', 'front-desk'] as const
export type Role = (typeof ROLES)[number]

const ALLOWED = {
  /** Find a patient, see who they are and when they come. */
  'patient:read': ['admin', 'clinician', 'nurse', 'front-desk'],
  'patient:write': ['clinician', 'nurse', 'front-desk'],
  'visit:read': ['admin', 'clinician', 'nurse', 'front-desk'],
  'visit:write': ['clinician', 'nurse', 'front-desk'],
  /** Allergies, problems, medication, results, notes. */
  'chart:read': ['clinician', 'nurse'],
  'observation:write': ['clinician', 'nurse'],
  'allergy:write': ['clinician', 'nurse'],
  'condition:write': ['clinician'],
  'medication:write': ['clinician'],
  'immunization:write': ['clinician', 'nurse'],
  'procedure:write': ['clinician', 'nurse'],
  'note:write': ['clinician'],
  'practitioner:read': ['admin', 'clinician', 'nurse', 'front-desk'],
  'practitioner:write': ['admin'],
  'code:read': ['admin', 'clinician', 'nurse', 'front-desk'],
  'code:import': ['admin'],
  'user:read': ['admin'],
  'user:write': ['admin'],
  'activity:read': ['admin'],
  'data:import': ['admin'],
  'data:export': ['admin'],
  'data:verify': ['admin'],
  'backup:write': ['admin'],
  'sync:read': ['admin', 'clinician', 'nurse', 'front-desk'],
  'sync:write': ['admin'],
} as const satisfies Record<string, readonly Role[]>

export type Permission = keyof typeof ALLOWED
export const PERMISSIONS = Object.keys(ALLOWED) as Permission[]

/** Whether a person with those roles may. Anything not listed is refused. */
export function may(roles: readonly Role[], permission: Permission): boolean {
  const allowed: readonly Role[] = Object.hasOwn(ALLOWED, permission) ? ALLOWED[permission] : []
  return roles.some((role) => allowed.includes(role))
}
