/** The server's door and its version: no transaction can change them, so the scan is given them changed. */
import { type HbaRule, hbaRules, type IdentMapping } from '../../scan/server/hba.ts'
import type { Fault } from '../fault.ts'

const door = (
  id: string,
  title: string,
  code: Fault['code'],
  change: Partial<HbaRule>,
  maps?: IdentMapping[],
): Fault => ({
  id: `door.${id}`,
  title,
  code,
  facts: async (client) => {
    const rules = await hbaRules(client)
    const like = rules.find(({ type, method }) => type?.startsWith('host') && method === 'scram-sha-256') ?? rules[0]
    // In front, where PostgreSQL would find it first.
    return { hba: [{ ...(like as HbaRule), ...change }, ...rules], ...(maps ? { maps } : {}) }
  },
})

/** From another machine, in TLS, as it may be. */
const ELSEWHERE: Partial<HbaRule> = {
  type: 'hostssl',
  user: ['alcove_gateway'],
  address: '10.1.2.3',
  netmask: '255.255.255.255',
  method: 'scram-sha-256',
}
/** A machine's user who comes in as an administrator. */
const BECOMES: IdentMapping[] = [{ line: 1, map: 'proof', system: 'somebody', role: 'postgres', error: null }]

export const doors: readonly Fault[] = [
  door('trust', 'The server lets somebody in without a password.', 'hba-trust', { method: 'trust' }),
  door('trust-elsewhere', 'The server lets anybody in from anywhere without a password.', 'hba-trust', {
    ...ELSEWHERE,
    address: '0.0.0.0',
    netmask: '0.0.0.0',
    method: 'trust',
  }),
  door('md5', 'The server takes passwords by a method that was broken.', 'hba-method', { method: 'md5' }),
  door('password', 'The server takes passwords in clear.', 'hba-method', { method: 'password' }),
  door('ident', 'The server believes another machine who somebody is.', 'hba-method', { method: 'ident' }),
  door('without-tls', 'The server takes logins from elsewhere without TLS.', 'hba-not-encrypted', {
    ...ELSEWHERE,
    type: 'hostnossl',
  }),
  door('tls-optional', 'The server takes logins from elsewhere with or without TLS.', 'hba-not-encrypted', {
    ...ELSEWHERE,
    type: 'host',
  }),
  door('every-role', 'The server takes logins of every role from elsewhere.', 'hba-too-wide', {
    ...ELSEWHERE,
    user: ['all'],
  }),
  door('every-address', 'The server takes logins from every address.', 'hba-too-wide', {
    ...ELSEWHERE,
    address: '0.0.0.0',
    netmask: '0.0.0.0',
  }),
  door('half-of-all', 'The server takes logins from one half of all addresses.', 'hba-too-wide', {
    ...ELSEWHERE,
    address: '128.0.0.0',
    netmask: '128.0.0.0',
  }),
  door('mapped-address', 'The server takes logins from every address, written in another way.', 'hba-too-wide', {
    ...ELSEWHERE,
    address: '::ffff:0.0.0.0',
    netmask: 'ffff:ffff:ffff:ffff:ffff:ffff::',
  }),
  door('own-networks', 'The server takes logins from every network that it is in.', 'hba-too-wide', {
    ...ELSEWHERE,
    address: 'samenet',
    netmask: null,
  }),
  door('members', 'The server takes logins of every member of a role from elsewhere.', 'hba-too-wide', {
    ...ELSEWHERE,
    user: ['+alcove_gateway'],
  }),
  door('databases', 'The server takes logins from elsewhere to databases that are named after roles.', 'hba-too-wide', {
    ...ELSEWHERE,
    database: ['samerole'],
  }),
  {
    ...door('pattern', 'A pattern lets every role in from elsewhere.', 'hba-too-wide', { ...ELSEWHERE, user: ['/.'] }),
    from: 160000,
  },
  door('administrator', 'An administrator may log in from elsewhere.', 'hba-role', {
    ...ELSEWHERE,
    user: ['postgres'],
  }),
  door('provisioner', 'The program that makes facilities may log in from elsewhere.', 'hba-role', {
    ...ELSEWHERE,
    user: ['alcove_provisioner', 'alcove_gateway'],
  }),
  door('name', 'DNS says from where the server takes logins.', 'hba-host-name', {
    ...ELSEWHERE,
    address: '.example.org',
    netmask: null,
  }),
  door('replication', 'The whole server may be copied from elsewhere.', 'hba-replication', {
    ...ELSEWHERE,
    database: ['replication'],
  }),
  door('ldap', 'The server believes a directory who somebody is.', 'hba-method', { method: 'ldap' }),
  door('certificates', 'Whoever makes certificates may log in as any facility.', 'hba-method', {
    ...ELSEWHERE,
    user: [`t_${'0'.repeat(32)}`],
    method: 'cert',
  }),
  door(
    'map',
    'A user of the server’s machine comes in as an administrator.',
    'hba-map',
    { type: 'local', address: null, netmask: null, user: ['postgres'], method: 'peer', options: ['map=proof'] },
    BECOMES,
  ),
  door(
    'map-of-certificates',
    'A certificate of one name lets in an administrator of another.',
    'hba-map',
    { ...ELSEWHERE, method: 'cert', options: ['clientcert=verify-full', 'map=proof'] },
    BECOMES,
  ),
  door('unreadable', 'The server’s door has a line that it cannot read.', 'hba-unreadable', { error: 'invalid' }),
  ...[
    [150017, '15.17'],
    [180003, '18.3'],
    [140022, '14.22'],
  ].map(
    ([version, name]): Fault => ({
      id: `door.version-${String(name).replace('.', '-')}`,
      title: `The server is PostgreSQL ${name}, which has known holes.`,
      code: 'server-unpatched',
      facts: async () => ({ version: Number(version) }),
    }),
  ),
]
