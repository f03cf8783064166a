/** Getting in by an enrollment code: guessed, used, used twice at once, or made to say more than it does. */
import { randomBytes } from 'node:crypto'
import { enrollmentId, newEnrollmentSecret } from '../../../../protocol/enrollment-code.ts'
import { PATHS } from '../../../../protocol/messages.ts'
import type { Answer } from '../../../client/workstation.ts'
import { boxFor } from '../../../provision/create.ts'
import type { Attack } from '../attack.ts'
import type { Party } from '../party.ts'
import type { Stage } from '../stage.ts'
import { anotherAddress, atGateway, call, mustBe, outcomeOf } from './calling.ts'

/** Asks to be enrolled, as a new workstation with the attacker's keys. */
const enroll = (
  stage: Stage,
  { witness }: Party,
  secret: string,
  {
    more = {},
    from = anotherAddress(),
    device = randomBytes(8).toString('hex'),
  }: { more?: object; from?: string | undefined; device?: string } = {},
): Promise<Answer> =>
  call(
    stage,
    { ...stage.attacker, witness },
    {
      path: PATHS.enroll,
      from,
      body: JSON.stringify({
        ...{ versions: [1], secret, device, publicKey: stage.attacker.station.keys.publicKey },
        ...{ deviceSecret: randomBytes(32).toString('base64url'), ...more },
      }),
    },
  )

/** A code that is good, for a facility of its own. */
async function goodCode(stage: Stage): Promise<{ party: Party; secret: string }> {
  const party = await stage.another(`code-${randomBytes(3).toString('hex')}`)
  const { facility, role, login } = party
  const secret = newEnrollmentSecret()
  const id = enrollmentId(secret)
  const holder = { facility, role, holder: `enrollment ${id}` }
  const { boxKey, voucher, wrap } = await boxFor(Buffer.from(secret, 'base64url'), login.password as string, holder)
  await stage.admin((client) =>
    client.query(
      `insert into registry.enrollment (id, facility, box_key, box_voucher, wrap, expires_at)
       values ($1, $2, $3, $4, $5, now() + interval '1 hour')`,
      [id, facility, boxKey, voucher, wrap],
    ),
  )
  return { party, secret }
}

/** The control: a good code is taken. */
const taken: Attack['control'] = async (stage) => {
  const { party, secret } = await goodCode(stage)
  mustBe(await enroll(stage, party, secret))
}

const enrolling_ = (id: string, title: string, attempt: Attack['attempt'], expect: Attack['expect']): Attack =>
  atGateway(`enroll-${id}`, title, attempt, expect, { control: taken })

export const enrolling: readonly Attack[] = [
  enrolling_(
    'guessed',
    'Somebody guesses an enrollment code.',
    async (stage) => outcomeOf(await enroll(stage, stage.attacker, newEnrollmentSecret())),
    { status: 404, code: 'enrollment-unknown' },
  ),
  enrolling_(
    'guessed-on',
    'Somebody guesses a thousand codes, as fast as the gateway answers: after a few it stops listening to them.',
    async (stage) => {
      const from = anotherAddress()
      const answers = new Map<string, number>()
      for (let at = 0; at < 40; at++) {
        const all = await Promise.all(
          Array.from({ length: 25 }, () =>
            enroll(stage, stage.attacker, newEnrollmentSecret(), { from }).catch(turnedAway),
          ),
        )
        for (const { status, body } of all) {
          const what = `${status} ${(body as { error?: { code: string } }).error?.code}`
          answers.set(what, (answers.get(what) ?? 0) + 1)
        }
      }
      const heard = answers.get('404 enrollment-unknown') ?? 0
      // Of a thousand, so few were looked at that guessing 128 bits is hopeless; every other was sent away.
      return {
        value: [
          heard <= 60,
          [...answers.keys()].filter((what) => !/^(404 enrollment-unknown|(429|503) busy|0 turned-away)$/.test(what)),
        ],
      }
    },
    { value: [true, []] },
  ),
  enrolling_(
    'used',
    'A code that was used is used again, by another workstation.',
    async (stage) => {
      const { party, secret } = await goodCode(stage)
      mustBe(await enroll(stage, party, secret))
      return outcomeOf(await enroll(stage, stage.attacker, secret))
    },
    { status: 410, code: 'enrollment-used' },
  ),
  enrolling_(
    'twice-at-once',
    'Ten workstations use one code at the same moment: one gets in.',
    async (stage) => {
      const { party, secret } = await goodCode(stage)
      const answers = await Promise.all(Array.from({ length: 10 }, () => enroll(stage, party, secret)))
      const inside = answers.filter(({ status }) => status === 200).length
      const other = answers.filter(({ status }) => status !== 200).map(({ status }) => status)
      return { value: [inside, other.every((status) => status === 410 || status === 503)] }
    },
    { value: [1, true] },
  ),
  enrolling_(
    'expired',
    'A code is used after its day.',
    async (stage) => {
      const { party, secret } = await goodCode(stage)
      await stage.admin((client) =>
        client.query("update registry.enrollment set expires_at = now() - interval '1 s' where facility = $1", [
          party.facility,
        ]),
      )
      return outcomeOf(await enroll(stage, stage.attacker, secret))
    },
    { status: 410, code: 'enrollment-expired' },
  ),
  enrolling_(
    'names-facility',
    'A code of one facility is sent with the name of another.',
    async (stage) => {
      const { secret } = await goodCode(stage)
      return outcomeOf(await enroll(stage, stage.attacker, secret, { more: { facility: stage.victim.facility } }))
    },
    { status: 400, code: 'bad-request' },
  ),
  enrolling_(
    'asks-for-more',
    'An enrollment asks for a role and a schema along with it.',
    async (stage) => {
      const { secret } = await goodCode(stage)
      const more = { role: stage.victim.role, schema: stage.victim.schema, state: 'active', wrap: '' }
      return outcomeOf(await enroll(stage, stage.attacker, secret, { more }))
    },
    { status: 400, code: 'bad-request' },
  ),
  enrolling_(
    'takes-over',
    'A facility enrolls, with a code of its own, a workstation of the same name as its neighbor’s.',
    async (stage) => {
      const { party, secret } = await goodCode(stage)
      const { device } = stage.victim.station
      const { status } = await enroll(stage, party, secret, { device })
      // Names of workstations are each facility's own. The neighbor's still opens with its own secret, and with no other.
      return { status, value: (await stage.victim.station.pull(0, 1)).status }
    },
    { status: 200, value: 200 },
  ),
  enrolling_(
    'moved-code',
    'Somebody with write access to the registry hangs a code of their own under the neighbor’s name.',
    async (stage) => {
      const { party, secret } = await goodCode(stage)
      await stage.admin((client) =>
        client.query('update registry.enrollment set facility = $1 where facility = $2 and used_at is null', [
          stage.victim.facility,
          party.facility,
        ]),
      )
      return outcomeOf(await enroll(stage, stage.attacker, secret))
    },
    { status: 404, code: 'enrollment-unknown' },
  ),
].map((attack) => (attack.id === 'api.enroll-takes-over' ? { ...attack, victimWrites: true as const } : attack))

/** Who opens connections too fast is not even answered. */
function turnedAway(error: { code?: string }) {
  if (error.code !== 'ECONNRESET') throw error
  return { status: 0, body: { error: { code: 'turned-away' } } }
}
