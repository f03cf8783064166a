/** Nothing that the cloud keeps opens a facility: not the gateway's login, not its registry, not another workstation's secret. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Workstation } from '../client/workstation.ts'
import { serverOf } from '../cluster.ts'
import { boxKeyOf, open, seal } from '../keys/box.ts'
import { verifierOf } from '../keys/device-secret.ts'
import { CANARY, cloud, DENIED, neighbor, other, station, victim, victimLogin } from '../testing/neighbors.ts'
import { connected, refusal } from '../testing/postgres.ts'

describe('no skeleton key', () => {
  test('the gateway’s login reads the registry, no name in it, and no facility', async () => {
    const { password } = JSON.parse(readFileSync(`${cloud.state}/gateway.json`, 'utf8'))
    await connected({ ...serverOf(cloud.admin), user: 'alcove_gateway', password }, async (client) => {
      expect((await client.query('select id, role from registry.facility')).rowCount).toBe(2)
      expect(await refusal(client, 'select name from registry.facility')).toBe(DENIED)
      expect(await refusal(client, `select * from ${victim.schema}.record`)).toBe(DENIED)
      expect(await refusal(client, `set role ${victim.role}`)).toBe(DENIED)
      expect(await refusal(client, 'set role fleet_owner')).toBe(DENIED)
      expect(await refusal(client, 'select * from pg_catalog.pg_class')).toBe(DENIED)
    })
  })

  test('a copy of the whole registry opens nothing, and holds no secret in clear', async () => {
    const { rows } = await connected(cloud.admin, (client) => client.query('select * from registry.device'))
    expect(rows).toHaveLength(2)
    const box = { facility: victim.facility, role: victim.role, holder: `device ${station.device}` }
    const wrap = rows.find((row) => row.id === station.device).wrap as Buffer
    expect(await open(wrap, Buffer.from(station.secret, 'base64url'), box)).toBeDefined()
    for (const row of rows)
      for (const key of [
        row.verifier,
        row.wrap.subarray(0, 32),
        Buffer.from(row.public_key, 'base64url'),
        Buffer.alloc(32),
      ])
        expect(await open(wrap, key as Buffer, box)).toBeUndefined()
    const dump = await connected(cloud.admin, async (client) => {
      const tables = ['facility', 'device', 'enrollment', 'setting']
      const all = await Promise.all(tables.map((table) => client.query(`select ${table}::text from registry.${table}`)))
      return JSON.stringify(all.map((one) => one.rows))
    })
    for (const secret of [victimLogin.password as string, station.secret])
      for (const form of [
        secret,
        Buffer.from(secret, 'base64url').toString('hex'),
        Buffer.from(secret).toString('hex'),
      ])
        expect(dump).not.toContain(form)
  })

  test('a registry that says another secret is good does not open a connection that is open already', async () => {
    const intruder = Object.assign(new Workstation(cloud.address), {
      facility: victim.facility,
      device: station.device,
    })
    const registered = () =>
      connected(cloud.admin, (client) =>
        client.query('select verifier, wrap from registry.device where id = $1', [station.device]),
      )
    const register = async (verifier: Buffer, wrap: Buffer) => {
      const { password } = JSON.parse(readFileSync(`${cloud.state}/gateway.json`, 'utf8'))
      await connected({ ...serverOf(cloud.admin), user: 'alcove_gateway', password }, (client) =>
        client.query('update registry.device set verifier = $2, wrap = $3 where id = $1', [
          station.device,
          verifier,
          wrap,
        ]),
      )
    }
    const { verifier, wrap } = (await registered()).rows[0]
    const secret = Buffer.from(intruder.secret, 'base64url')
    const box = { facility: victim.facility, role: victim.role, holder: `device ${station.device}` }
    try {
      expect((await station.pull(0, 1)).body.entries).toHaveLength(1) // and its connection waits for the next call
      // More often than a facility has connections: what is refused must not use any of them up.
      for (const forged of [wrap, wrap, wrap, wrap, wrap, await seal('a guess', await boxKeyOf(secret, box))]) {
        await register(verifierOf(secret), forged)
        const answer = await intruder.pull(0, 1)
        expect(answer.status).not.toBe(200)
        expect(JSON.stringify(answer.body)).not.toContain(CANARY)
      }
    } finally {
      await register(verifier, wrap)
      intruder.close()
    }
    expect((await station.pull(0, 1)).status).toBe(200)
  })

  test('boxes that were moved to another row do not open', async () => {
    const { rows } = await connected(cloud.admin, (client) =>
      client.query('select wrap from registry.device where id = $1', [station.device]),
    )
    const secret = Buffer.from(station.secret, 'base64url')
    for (const box of [
      { facility: neighbor.facility, role: victim.role, holder: `device ${station.device}` },
      { facility: victim.facility, role: neighbor.role, holder: `device ${station.device}` },
      { facility: victim.facility, role: victim.role, holder: `device ${other.device}` },
    ])
      expect(await open(rows[0].wrap, secret, box)).toBeUndefined()
  })

  test('one workstation’s credentials are worth nothing at another facility', async () => {
    const mine = other.facility
    other.facility = victim.facility
    const stolen = await other.hello()
    other.facility = 'f_00000000000000000000000000000000'
    const nowhere = await other.hello()
    other.facility = mine
    expect(stolen.status).toBe(401)
    // Somebody else's and nobody's are the same answer.
    expect({ status: nowhere.status, body: nowhere.body }).toEqual({ status: stolen.status, body: stolen.body })
    expect((await other.hello()).status).toBe(200)
  })
})
