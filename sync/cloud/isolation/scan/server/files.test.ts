/** The server's settings, files and copies, on real servers: what an administrator may leave behind some night. */
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asAdmin } from '../../../cluster.ts'
import { OTHER_VERSIONS } from '../../../testing/other-postgres.ts'
import { type RealServer, realServer } from '../../../testing/real-server.ts'
import type { Finding } from '../finding.ts'
import { scan } from '../scan.ts'

/** PostgreSQL tells the time of a file in whole seconds, and leaves the rest away. */
const SECOND = 1100

describe.each(['ours', ...OTHER_VERSIONS])('on PostgreSQL %s', (version) => {
  let server: RealServer
  beforeAll(async () => {
    server = await realServer(version)
  }, 120_000)
  afterAll(() => server?.remove())

  const said = async (): Promise<Finding[]> => {
    const findings = await asAdmin(server.admin, (client) => scan(client, { facilities: [] }))
    // A server that somebody brings along keeps fewer connections free; that is said of it rightly.
    return findings.filter(({ object }) => !object.endsWith('reserved_connections'))
  }
  const brief = (findings: readonly Finding[]) => findings.map(({ code, object }) => `${code} ${object}`).sort()

  /** What is said once these lines are in its settings and it was told, and afterwards that nothing is. */
  async function saidWith(lines: readonly string[], { told = true } = {}): Promise<Finding[]> {
    const conf = (text: string) => appendFileSync(join(server.dir, 'postgresql.conf'), text)
    const names = lines.map((line) => line.split(' ')[0])
    await asAdmin(server.admin, async (client) => {
      const { rows } = await client.query('select name, setting from pg_settings where name = any($1)', [names])
      conf(`${lines.join('\n')}\n`)
      before.push(...rows)
    })
    if (told) await server.reload()
    return said()
  }
  const before: { name: string; setting: string }[] = []

  /** As it was. */
  async function back(): Promise<void> {
    const text = before.map(({ name, setting }) => `${name} = '${setting.replaceAll("'", "''")}'`)
    appendFileSync(join(server.dir, 'postgresql.conf'), `${text.join('\n')}\n`)
    before.length = 0
    await server.reload()
    expect(await said()).toEqual([])
  }

  test('a server as it must be gives nothing', async () => {
    expect(await said()).toEqual([])
  })

  test('settings by which what was kept may be lost, or records may be seen on the way', async () => {
    const findings = await saidWith([
      'fsync = off',
      'full_page_writes = off',
      'synchronous_commit = off',
      "ssl_min_protocol_version = 'TLSv1'",
      "ssl_ciphers = 'HIGH:eNULL'",
      'track_activities = off',
      'log_parameter_max_length_on_error = -1',
    ])
    expect(brief(findings)).toEqual(
      [
        ...[
          'fsync',
          'full_page_writes',
          'log_parameter_max_length_on_error',
          'ssl_ciphers',
          'ssl_min_protocol_version',
        ],
        ...['synchronous_commit', 'track_activities'],
      ].map((name) => `setting-unsafe ${name}`),
    )
    await back()
  })

  test('a program that the server runs is named, and not what it is told', async () => {
    const findings = await saidWith(["ssl_passphrase_command = 'echo secret-word'", "restore_command = 'secret-word'"])
    expect(brief(findings)).toEqual(['setting-command restore_command', 'setting-command ssl_passphrase_command'])
    expect(JSON.stringify(findings)).not.toContain('secret-word')
    await back()
  })

  test('a file that was changed and not read, a line that cannot be read, a setting that waits', async () => {
    await sleep(SECOND)
    expect(brief(await saidWith(["log_statement = 'all'"], { told: false }))).toEqual([
      'file-not-loaded postgresql.conf',
    ])
    await back()
    await sleep(SECOND)
    appendFileSync(join(server.dir, 'pg_hba.conf'), '# a line\n')
    expect(brief(await said())).toEqual(['file-not-loaded pg_hba.conf'])
    await server.reload()
    expect(await said()).toEqual([])
    expect(brief(await saidWith(['max_connections = 120']))).toEqual(['setting-pending max_connections'])
    await back()
    expect(brief(await saidWith(["track_activities = 'perhaps'"]))).toEqual(['file-unreadable postgresql.conf'])
    await back()
  })

  test('a slot by which the whole server is copied', async () => {
    await asAdmin(server.admin, (client) => client.query("select pg_create_physical_replication_slot('standby')"))
    const findings = await said()
    expect(brief(findings)).toEqual(['server-copied the replication slot standby'])
    expect(findings[0]?.severity).toBe('warning')
    await asAdmin(server.admin, (client) => client.query("select pg_drop_replication_slot('standby')"))
  })
})
