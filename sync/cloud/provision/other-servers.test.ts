/** The operator's acts on every other PostgreSQL of this machine: what role administration means differs from 15 to 16. */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect, test } from 'vitest'
import { newDeviceKeys } from '../../protocol/batch.ts'
import { decodeEnrollmentCode } from '../../protocol/enrollment-code.ts'
import { writeAuthorization } from '../../protocol/messages.ts'
import { exportFacility } from '../archive/export.ts'
import { restoreFacility } from '../archive/restore.ts'
import { gatewayLogin, serverOf } from '../cluster.ts'
import { authenticate, enrollDevice } from '../gateway/registry.ts'
import { onOther, TO_TRY } from '../testing/other-postgres.ts'
import { connected, NOWHERE, refusal, sqlOn } from '../testing/postgres.ts'
import { shapeOf } from '../testing/shape.ts'
import { createFacility } from './create.ts'
import { reenrollFacility } from './reenroll.ts'
import { removeFacility } from './remove.ts'
import { repairFacility } from './repair.ts'
import { rotateFacility } from './rotate.ts'
import { resumeFacility, suspendFacility } from './suspend.ts'

test.for(TO_TRY)(
  'PostgreSQL %s: rotated, suspended, repaired, exported, restored, made anew and removed',
  onOther(async ({ cluster }) => {
    const folder = mkdtempSync(join(tmpdir(), 'alcove-acts-'))
    const registry = new pg.Pool(await gatewayLogin(cluster))
    const sql = sqlOn(cluster)
    try {
      const facility = await createFacility(cluster, 'Clinic', NOWHERE)
      const neighbor = await createFacility(cluster, 'Neighbor', NOWHERE)
      const { facility: id, role, schema } = facility
      const secret = randomBytes(32).toString('base64url')
      const device = randomBytes(8).toString('hex')
      const enroll = (code: string) =>
        enrollDevice(registry, {
          ...{ versions: [1], device, deviceSecret: secret, publicKey: newDeviceKeys().publicKey },
          secret: decodeEnrollmentCode(code).secret,
        })
      await enroll(facility.enrollmentCode)
      const login = async () => {
        const caller = await authenticate(registry, writeAuthorization({ facility: id, device, secret }))
        return { ...serverOf(cluster.admin), user: role, password: await caller.unlock() }
      }
      const comesIn = async () => connected(await login(), (client) => refusal(client, `select * from ${schema}.head`))
      expect(await comesIn()).toBe('accepted')

      const old = await login()
      expect(await rotateFacility(cluster, id)).toMatchObject({ devices: 1, refused: [] })
      await expect(connected(old, async () => 'in')).rejects.toMatchObject({ code: '28P01' })
      expect(await comesIn()).toBe('accepted')

      await suspendFacility(cluster, id)
      await expect(login()).rejects.toMatchObject({ code: 'suspended' })
      await resumeFacility(cluster, id)
      expect(await comesIn()).toBe('accepted')

      const before = await shapeOf(cluster, facility)
      await sql(`alter role ${role} superuser password 'mine'; grant fleet_owner to ${role}; grant ${role} to ${neighbor.role};
        grant usage on schema ${schema} to public; grant all on ${schema}.journal to ${neighbor.role} with grant option;
        alter table ${schema}.record no force row level security; create policy wide on ${schema}.journal using (true);
        alter table ${schema}.blob owner to ${role}; alter view ${schema}.patient set (security_invoker = false)`)
      await repairFacility(cluster, id)
      expect(await shapeOf(cluster, facility)).toEqual(before)
      expect(await comesIn()).toBe('accepted')

      await sql(`insert into ${schema}.blob (hash, content) select encode(sha256('x'), 'hex'), 'x'`)
      const archive = join(folder, `${randomUUID()}.age`)
      expect(await exportFacility(cluster, id, archive)).toMatchObject({ devices: 1, rows: { blob: 1 } })
      await sql(`delete from ${schema}.blob`)
      const code = async () => facility.recoveryCode
      expect(await restoreFacility(cluster, id, archive, code)).toMatchObject({ blobs: 1, newEpoch: true })

      const again = await reenrollFacility(cluster, id, code, NOWHERE)
      await expect(login()).rejects.toMatchObject({ code: 'revoked' })
      await enroll(again.enrollmentCode)
      expect(await comesIn()).toBe('accepted')

      await removeFacility(cluster, id, join(folder, 'last.age'))
      const left = await sql(
        `select rolname from pg_roles where rolname ~ '^t_' union all select nspname from pg_namespace where nspname ~ '^t_'`,
      )
      expect(left.rows).toEqual([{ rolname: neighbor.role }, { rolname: neighbor.schema }])
    } finally {
      await registry.end()
      rmSync(folder, { recursive: true, force: true })
    }
  }),
)
