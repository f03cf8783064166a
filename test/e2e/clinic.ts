import { createClinic } from '../../engine/clinic.ts'

/** A clinic in that folder with one admin who also treats, set up and locked again. */
export async function makeClinic(dir: string, admin: { login: string; password: string }): Promise<void> {
  const { clinic } = await createClinic({
    dir,
    facility: 'Sunrise Clinic',
    admin: { ...admin, name: 'Dr Asha Rao', registrationNumber: 'KMC 41234', qualification: 'MBBS' },
    alsoClinician: true,
    recoveryNoted: true,
  })
  await clinic.close()
}
