/**
 * pg_hba.conf, as PostgreSQL reads it: each case is text in the file of a real server, read back by it, on the version that
 * comes with Alcove and on those that this machine brings along.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asAdmin } from '../../../cluster.ts'
import { OTHER_VERSIONS } from '../../../testing/other-postgres.ts'
import { type RealServer, realServer } from '../../../testing/real-server.ts'
import type { Finding } from '../finding.ts'
import { scan } from '../scan.ts'

/** What the documentation says: from 16 on, and before. */
const ADVISED = [...read('docs', 'isolation.md').matchAll(/```conf\n([^`]*)```/g)].map(([, text = '']) => text)

const ROLES = 'alcove_gateway,alcove_watchdog'
const PATTERN = '"/^t_[0-9a-f]{32}$"'
const GATEWAY = `hostssl alcove ${ROLES} 10.0.0.5/32 scram-sha-256`
/** Everybody but those who need to come from elsewhere, turned away first: how it is said before 16. */
const REJECT = 'host all boss,postgres,alcove_provisioner,keeper all reject'

function read(...path: string[]): string {
  return readFileSync(join(import.meta.dirname, '..', '..', '..', '..', '..', ...path), 'utf8')
}

interface Case {
  what: string
  lines: string
  says: string[]
  ident?: string
  /** A version from which, or up to which, it is so. */
  from?: number
  to?: number
}

const CASES: readonly Case[] = [
  { what: 'the gateway and the watchdog, over TLS', lines: GATEWAY, says: [] },
  { what: 'as it is advised, with a pattern', lines: ADVISED[0] ?? '', says: [], from: 16 },
  {
    what: 'as it is advised before patterns',
    lines: (ADVISED[1] ?? '').replaceAll('postgres', 'postgres,boss,keeper'),
    says: [],
    to: 15,
  },
  {
    what: 'everybody, where there are patterns',
    lines: `${REJECT}\nhostssl alcove all 10.0.0.5/32 scram-sha-256`,
    says: ['hba-too-wide'],
    from: 16,
  },
  {
    what: 'everybody, and not everybody else turned away',
    lines: `host all boss,postgres,alcove_provisioner all reject\nhostssl alcove all 10.0.0.5/32 scram-sha-256`,
    says: ['hba-role', 'hba-too-wide'],
  },
  {
    what: 'turned away from one half of where they are let in',
    lines: `host all boss,postgres,alcove_provisioner,keeper 10.0.0.4/32 reject\nhostssl alcove all 10.0.0.5/32 scram-sha-256`,
    says: ['hba-role', 'hba-too-wide'],
  },
  {
    what: 'turned away too late',
    lines: `hostssl alcove all 10.0.0.5/32 scram-sha-256\n${REJECT}`,
    says: ['hba-role', 'hba-too-wide'],
  },
  {
    what: 'turned away at another database',
    lines: `host other boss,postgres,alcove_provisioner,keeper all reject\nhostssl alcove all 10.0.0.5/32 scram-sha-256`,
    says: ['hba-role', 'hba-too-wide'],
  },
  {
    what: 'turned away without TLS only',
    lines: `hostnossl all boss,postgres,alcove_provisioner,keeper all reject\nhostssl alcove all 10.0.0.5/32 scram-sha-256`,
    says: ['hba-role', 'hba-too-wide'],
  },
  {
    what: 'a pattern of every role',
    lines: `hostssl alcove "/.*" 10.0.0.5/32 scram-sha-256`,
    says: ['hba-role', 'hba-too-wide'],
    from: 16,
  },
  {
    what: 'a pattern of every role, and everybody else turned away',
    lines: `${REJECT}\nhostssl alcove /t 10.0.0.5/32 scram-sha-256`,
    says: ['hba-too-wide'],
    from: 16,
  },
  {
    what: 'a pattern of one administrator',
    lines: `hostssl alcove "/^(boss|postgres)$" 10.0.0.5/32 scram-sha-256`,
    says: ['hba-role', 'hba-too-wide'],
    from: 16,
  },
  {
    what: 'a pattern of databases',
    lines: `hostssl /^alc ${ROLES} 10.0.0.5/32 scram-sha-256`,
    says: ['hba-too-wide'],
    from: 16,
  },
  {
    what: 'members of the administrators, one behind the other',
    lines: `hostssl alcove +keepers 10.0.0.5/32 scram-sha-256`,
    says: ['hba-role', 'hba-too-wide'],
  },
  {
    what: 'a database by the name of a role',
    lines: `hostssl sameuser,samerole ${ROLES} 10.0.0.5/32 scram-sha-256`,
    says: ['hba-too-wide'],
  },
  {
    what: 'an administrator by name',
    lines: 'hostssl alcove postgres,boss 10.0.0.5/32 scram-sha-256',
    says: ['hba-role'],
  },
  { what: 'a role that is not there', lines: 'hostssl alcove nobody 10.0.0.5/32 scram-sha-256', says: ['hba-role'] },
  {
    what: 'an administrator from this machine',
    lines:
      'host all postgres 127.0.0.1/32 scram-sha-256\nhost all all ::1/128 scram-sha-256\nhost all all samehost scram-sha-256',
    says: [],
  },
  { what: 'everybody by the system’s socket', lines: 'local all all scram-sha-256\nlocal all all peer', says: [] },
  { what: 'a small network', lines: `hostssl alcove ${ROLES} 10.0.0.0/24 scram-sha-256`, says: [] },
  { what: 'a network', lines: `hostssl alcove ${ROLES} 10.0.0.0/23 scram-sha-256`, says: ['hba-too-wide'] },
  {
    what: 'two halves of everything',
    lines: `hostssl alcove ${ROLES} 0.0.0.0/1 scram-sha-256\nhostssl alcove ${ROLES} 128.0.0.0/1 scram-sha-256`,
    says: ['hba-too-wide', 'hba-too-wide'],
  },
  {
    what: 'many small networks',
    lines: [1, 2, 3, 4, 5].map((n) => `hostssl alcove ${ROLES} 10.0.${n}.0/24 scram-sha-256`).join('\n'),
    says: ['hba-too-wide'],
  },
  {
    what: 'one small network, on many lines',
    lines: [1, 2, 3, 4, 5].map(() => `hostssl alcove ${ROLES} 10.0.1.0/24 scram-sha-256`).join('\n'),
    says: [],
  },
  {
    what: 'a mask in pieces',
    lines: `hostssl alcove ${ROLES} 10.0.0.0 255.0.255.255 scram-sha-256\nhostssl alcove ${ROLES} 10.0.0.0 255.0.0.255 scram-sha-256`,
    says: ['hba-too-wide'],
  },
  { what: 'a network of IPv6', lines: `hostssl alcove ${ROLES} 2001:db8:1:2::/64 scram-sha-256`, says: [] },
  {
    what: 'a large one of IPv6',
    lines: `hostssl alcove ${ROLES} 2001:db8::/32 scram-sha-256`,
    says: ['hba-too-wide'],
  },
  {
    what: 'IPv4 addresses written as IPv6',
    lines: `hostssl alcove ${ROLES} ::ffff:0.0.0.0/96 scram-sha-256\nhostssl alcove ${ROLES} ::ffff:10.0.0.5/128 scram-sha-256`,
    says: ['hba-too-wide'],
  },
  { what: 'its own networks', lines: `hostssl alcove ${ROLES} samenet scram-sha-256`, says: ['hba-too-wide'] },
  {
    what: 'a host by name',
    lines: `hostssl alcove ${ROLES} gateway.example.org scram-sha-256`,
    says: ['hba-host-name'],
  },
  {
    what: 'every host of a domain',
    lines: `hostssl alcove ${ROLES} .example.org scram-sha-256`,
    says: ['hba-host-name'],
  },
  {
    what: 'a host by name, without TLS',
    lines: `host alcove ${ROLES} gateway.example.org scram-sha-256`,
    says: ['hba-host-name', 'hba-not-encrypted'],
  },
  { what: 'this machine by name', lines: `host alcove ${ROLES} localhost scram-sha-256`, says: [] },
  {
    what: 'a standby',
    lines: 'hostssl replication keeper 10.0.0.9/32 scram-sha-256',
    says: ['hba-replication'],
  },
  {
    what: 'a standby, and everything else with it',
    lines: `hostssl replication,all keeper 10.0.0.9/32 scram-sha-256`,
    says: ['hba-replication', 'hba-role', 'hba-too-wide'],
  },
  { what: 'a backup from this machine', lines: 'local replication all peer', says: [] },
  {
    what: 'other machines’ words and old methods',
    lines: `hostssl alcove ${ROLES} 10.0.0.5/32 ident\nhost all all 127.0.0.1/32 md5\nlocal all all password\nlocal all all trust`,
    says: ['hba-method', 'hba-method', 'hba-method', 'hba-trust'],
  },
  {
    what: 'a trust that comes too late',
    lines: `host all all all reject\nhost all all all trust`,
    says: ['hba-trust'],
  },
  {
    what: 'an administrator’s certificate',
    lines: 'hostssl all boss 127.0.0.1/32 cert clientcert=verify-full',
    says: [],
  },
  { what: 'certificates of facilities', lines: 'hostssl alcove all 127.0.0.1/32 cert', says: ['hba-method'] },
  {
    what: 'certificates of facilities, by a pattern',
    lines: `hostssl alcove ${PATTERN} 127.0.0.1/32 cert`,
    says: ['hba-method'],
    from: 16,
  },
  {
    what: 'a password and a certificate',
    lines: `hostssl alcove ${ROLES} 10.0.0.5/32 scram-sha-256 clientcert=verify-ca`,
    says: [],
  },
  {
    what: 'a map by which somebody becomes an administrator',
    lines: 'local all all peer map=keys\nhostssl all boss 127.0.0.1/32 cert map=keys',
    ident: 'keys  somebody  boss',
    says: ['hba-map', 'hba-map'],
  },
  {
    what: 'a map by a pattern',
    lines: 'local all all peer map=keys',
    ident: 'keys  /^(.*)@example.org$  \\1',
    says: ['hba-map'],
  },
  {
    what: 'a map to everybody',
    lines: 'local all all peer map=keys',
    ident: 'keys  somebody  all',
    says: ['hba-map'],
    from: 16,
  },
  {
    what: 'a map that nobody goes by, and one that turns nobody into another',
    lines: 'local all all peer map=same',
    ident: 'keys  somebody  boss\nsame  boss  boss',
    says: [],
  },
  { what: 'a line that says nothing', lines: 'host all all', says: ['hba-unreadable'] },
  {
    what: 'an included file',
    lines: 'include more.conf',
    says: ['hba-trust'],
    from: 16,
  },
]

test('the documentation gives two files for advice', () => {
  expect(ADVISED.map((text) => text.trim().split('\n').length)).toEqual([3, 4])
})

const MAJOR = (version: string) => (version === 'ours' ? 18 : Number(version))

describe.each(['ours', ...OTHER_VERSIONS])('on PostgreSQL %s', (version) => {
  let server: RealServer
  beforeAll(async () => {
    server = await realServer(version)
    await asAdmin(server.admin, (client) =>
      client.query(
        'create role keepers; create role inner_keepers in role keepers; create role keeper login in role inner_keepers',
      ),
    )
    writeFileSync(join(server.dir, 'more.conf'), 'local all all trust\n')
  }, 120_000)
  afterAll(() => server?.remove())

  /** What a scan says of the door when its files say this. */
  async function said(lines: string, ident = ''): Promise<Finding[]> {
    const { admin, dir } = server
    const files = [join(dir, 'pg_hba.conf'), join(dir, 'pg_ident.conf')] as const
    const before = files.map((file) => readFileSync(file))
    try {
      writeFileSync(files[0], `${lines.replaceAll('alcove ', `${admin.database} `)}\n`)
      writeFileSync(files[1], `${ident}\n`)
      const findings = await asAdmin(admin, (client) => scan(client, { facilities: [] }))
      return findings.filter(({ code }) => code.startsWith('hba-'))
    } finally {
      for (const [at, text] of before.entries()) writeFileSync(files[at] as string, text)
    }
  }

  const cases = CASES.filter(({ from = 0, to = 99 }) => MAJOR(version) >= from && MAJOR(version) <= to)
  test.each(cases)('$what', async ({ lines, ident, says }) => {
    const findings = await said(lines, ident)
    expect(findings.map(({ code }) => code).sort()).toEqual(says)
    for (const { message } of findings) expect(message).toMatch(/^[^{}]+\.$/)
  })
})
