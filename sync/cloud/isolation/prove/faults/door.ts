/** The server's door and its version: no transaction can change them, so the scan is given them changed. */
import { type HbaRule, hbaRules } from '../../scan/server/hba.ts'
import type { Fault } from '../fault.ts'

const door = (id: string, title: string, code: Fault['code'], change: Partial<HbaRule>): Fault => ({
  id: `door.${id}`,
  title,
  code,
  facts: async (client) => {
    const rules = await hbaRules(client)
    const like = rules.find(({ type, method }) => type?.startsWith('host') && method === 'scram-sha-256') ?? rules[0]
    // In front, where PostgreSQL would find it first.
    return { hba: [{ ...(like as HbaRule), ...change }, ...rules] }
  },
})

/** From anywhere, in TLS, as it may be. */
const ELSEWHERE: Partial<HbaRule> = { type: 'hostssl', address: '10.1.2.3', method: 'scram-sha-256' }

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
