/** At PostgreSQL's own door: other logins, other databases, other protocols. */

import { asAdmin } from '../../../cluster.ts'
import { type Attack, ControlFailed, type Outcome } from '../attack.ts'
import type { Stage } from '../stage.ts'

const REFUSED: Outcome = { value: 'refused at the door' }

/**
 * A login may be refused by pg_hba.conf (28000), by the password (28P01), or by a right that is missing (42501): which of
 * them comes first is the server's configuration. Anything else is not a refusal.
 */
function atTheDoor({ sqlstate, ...rest }: Outcome): Outcome {
  return sqlstate && ['28000', '28P01', '42501'].includes(sqlstate)
    ? REFUSED
    : { ...rest, ...(sqlstate ? { sqlstate } : {}) }
}

const entering_ = (
  id: string,
  title: string,
  login: (stage: Stage) => object,
  control: (stage: Stage) => Promise<void> = ownLogin,
): Attack => ({
  id: `sql.login-${id}`,
  group: 'sql',
  title,
  control,
  attempt: async (stage) => atTheDoor(await stage.attacker.logIn(login(stage))),
  expect: REFUSED,
})

export const entering: readonly Attack[] = [
  {
    id: 'sql.login-as-victim',
    group: 'sql',
    title: 'A facility logs in under its neighbor’s name with its own password.',
    control: ownLogin,
    attempt: ({ attacker, victim }) => attacker.logIn({ user: victim.role }),
    expect: { sqlstate: '28P01' },
  },
  {
    id: 'sql.login-guessed',
    group: 'sql',
    title: 'A facility guesses at its neighbor’s password: names, ids, the tag, what others have.',
    control: async ({ victim }) => {
      const outcome = await victim.logIn()
      if (outcome.value !== 'accepted') throw new ControlFailed('its own password is not taken')
    },
    attempt: async ({ attacker, victim, bystander }) => {
      const guesses = [
        victim.role,
        victim.facility,
        victim.tag,
        victim.station.device,
        victim.station.secret,
        'postgres',
      ]
      const answers = new Set<string | undefined>()
      for (const password of [...guesses, bystander.login.password as string, ' '])
        answers.add((await attacker.logIn({ user: victim.role, password })).sqlstate)
      return { value: [...answers].map(String) }
    },
    expect: { value: ['28P01'] },
  },
  entering_('as-owner', 'A facility logs in as the owner of every table.', () => ({ user: 'fleet_owner' })),
  entering_('as-provisioner', 'A facility logs in as the program that makes facilities.', () => ({
    user: 'alcove_provisioner',
  })),
  entering_('as-gateway', 'A facility logs in as the gateway.', () => ({ user: 'alcove_gateway' })),
  entering_('as-watchdog', 'A facility logs in as the watchdog.', () => ({ user: 'alcove_watchdog' })),
  entering_('as-administrator', 'A facility logs in as the administrator.', ({ cluster }) => ({
    user: cluster.admin.user,
  })),
  entering_(
    'postgres',
    'A facility logs in to another database of the server.',
    () => ({ database: 'postgres' }),
    elsewhere('postgres'),
  ),
  entering_(
    'template',
    'A facility logs in to the database that new ones are copied from.',
    () => ({ database: 'template1' }),
    adminOwn,
  ),
  entering_(
    'replication',
    'A facility asks for the stream of all changes, everybody’s included.',
    () => ({ replication: 'database' }),
    (stage) => asAdmin({ ...stage.cluster.admin, replication: 'database' } as object, async () => {}),
  ),
  entering_(
    'physical-replication',
    'A facility asks for a copy of the whole server.',
    () => ({ replication: 'true' }),
    adminOwn,
  ),
]

/** The same login, with nothing changed, is taken. */
async function ownLogin({ attacker }: Stage): Promise<void> {
  const { value } = await attacker.logIn()
  if (value !== 'accepted') throw new ControlFailed('its own login is not taken')
}

function elsewhere(database: string): (stage: Stage) => Promise<void> {
  return (stage) => asAdmin({ ...stage.cluster.admin, database }, async () => {})
}

async function adminOwn(stage: Stage): Promise<void> {
  await ownLogin(stage)
  await stage.admin(async () => {})
}
