/** Codes: good once, for a while, for one device; and nothing to be learned by guessing. */
import { randomBytes } from 'node:crypto'
import { connect } from 'node:tls'
import { expect, test } from 'vitest'
import {
  decodeEnrollmentCode,
  encodeEnrollmentCode,
  enrollmentId,
  newEnrollmentSecret,
} from '../protocol/enrollment-code.ts'
import { PATHS } from '../protocol/messages.ts'
import { Workstation } from './client/workstation.ts'
import { forFile } from './testing/for-file.ts'
import { sqlOn, testCloud } from './testing/postgres.ts'

const cloud = forFile(testCloud)
let made = 0

const facility = () => cloud.facility(`Clinic ${++made}`)
const station = () => new Workstation(cloud.address)
const idOf = (code: string) => enrollmentId(decodeEnrollmentCode(code).secret)
const sql = sqlOn(cloud)

test('a code enrolls one workstation, and is then used', async () => {
  const { enrollmentCode: code, facility: id } = await facility()
  const [mine, other] = [station(), station()]
  expect((await mine.enroll(code)).body).toMatchObject({ version: 1, facility: id, device: mine.device })
  expect((await mine.hello()).body).toMatchObject({ version: 1, acked: { dseq: 0, hash: '' } })
  const refused = await other.enroll(code)
  expect([refused.status, refused.body.error.code]).toEqual([410, 'enrollment-used'])
  // What opened the facility is gone with the code.
  expect((await sql('select wrap from registry.enrollment where id = $1', [idOf(code)])).rows).toEqual([{ wrap: null }])
  mine.close()
  other.close()
})

test('an answer that was lost on the way is given again to the same workstation, and only to it', async () => {
  const { enrollmentCode: code, facility: id } = await facility()
  const mine = station()
  const first = await mine.enroll(code)
  expect((await mine.enroll(code)).body).toEqual(first.body)
  const imposter = Object.assign(station(), { device: mine.device, keys: mine.keys })
  expect((await imposter.enroll(code)).body.error.code).toBe('enrollment-used')
  const devices = await sql('select from registry.device where facility = $1', [id])
  expect(devices.rowCount).toBe(1)
  mine.close()
  imposter.close()
})

test('of many who use a code at once, one is enrolled', async () => {
  const { enrollmentCode: code, facility: id } = await facility()
  const stations = [station(), station(), station(), station()]
  const answers = await Promise.all(stations.map((one) => one.enroll(code)))
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 410, 410, 410])
  expect((await sql('select from registry.device where facility = $1', [id])).rowCount).toBe(1)
  for (const one of stations) one.close()
})

test('a code expires', async () => {
  const { enrollmentCode: code } = await facility()
  await sql("update registry.enrollment set expires_at = now() - interval '1 second' where id = $1", [idOf(code)])
  const mine = station()
  const answer = await mine.enroll(code)
  expect([answer.status, answer.body.error.code]).toEqual([410, 'enrollment-expired'])
  expect((await mine.hello()).status).toBe(401)
  mine.close()
})

test('a workstation that was removed, or whose facility is suspended, is told so and gets nothing', async () => {
  const { enrollmentCode: code, facility: id } = await facility()
  const mine = await Workstation.enrolled(code)
  await sql("update registry.facility set state = 'suspended' where id = $1", [id])
  expect((await mine.hello()).status).toBe(403)
  await sql("update registry.facility set state = 'active' where id = $1", [id])
  expect((await mine.hello()).status).toBe(200)
  await sql('update registry.device set revoked_at = now() where id = $1', [mine.device])
  expect([(await mine.hello()).status, (await mine.pull(0, 1)).status]).toEqual([403, 403])
  mine.close()
})

test('what is no request of ours is refused plainly, and says nothing of what is inside', async () => {
  const mine = station()
  const post = (path: string, body: string | Buffer, headers = {}) => mine.send('POST', path, { body, headers })
  for (const body of ['{}', 'x', '[]', 'null', '{"__proto__":{"device":"x"}}', '['.repeat(10_000)])
    expect((await post(PATHS.enroll, body)).body.error.code).toBe('bad-request')
  expect((await post(PATHS.enroll, `{"x":"${'y'.repeat(20_000)}"}`)).status).toBe(413)
  for (const [method, path] of [
    ['GET', '/'],
    ['GET', '/v1/enroll'],
    ['POST', '/v1/push/'],
    ['POST', '/V1/push'],
    ['GET', '/v1/admin'],
    ['POST', '/v1/%70ush/..'],
  ] as const)
    expect([path, (await mine.send(method, path)).status]).toEqual([path, 404])
  for (const authorization of [
    '',
    'Alcove x',
    `Alcove ../../x.${'0'.repeat(16)}.${'A'.repeat(43)}`,
    `Alcove ${'f'.repeat(7000)}`,
  ])
    expect((await mine.send('POST', PATHS.push, { headers: { authorization } })).status).toBe(401)
  mine.close()
})

test('guessing codes is slowed down; a good code meanwhile works from elsewhere and later', async () => {
  const { enrollmentCode: good } = await facility()
  const mine = station()
  const guess = () => mine.enroll(encodeEnrollmentCode({ ...cloud.address, secret: newEnrollmentSecret() }))
  const statuses: number[] = []
  for (let i = 0; i < 15; i++) statuses.push((await guess()).status)
  expect(statuses).toContain(404)
  expect(statuses.at(-1)).toBe(429)
  const answer = await guess()
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  expect((await sql('select used_at from registry.enrollment where id = $1', [idOf(good)])).rows).toEqual([
    { used_at: null },
  ])
  mine.close()
})

test('wrong secrets are slowed down too, and one answer for all that is unknown', async () => {
  const mine = station()
  mine.facility = `f_${'0'.repeat(32)}`
  const answers = []
  for (let i = 0; i < 60; i++)
    answers.push(await Object.assign(mine, { secret: randomBytes(32).toString('base64url') }).hello())
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([401, 429]))
  mine.close()
})

test('the key is the one in the code, TLS 1.3, and nothing is served without TLS', async () => {
  const { enrollmentCode: code } = await facility()
  const { pin } = decodeEnrollmentCode(code)
  expect(cloud.tls.pin.startsWith(pin)).toBe(true)
  const protocol = await new Promise((done, fail) => {
    const socket = connect({ port: cloud.gateway.port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      done(socket.getProtocol())
      socket.destroy()
    })
    socket.on('error', fail)
  })
  expect(protocol).toBe('TLSv1.3')
  await expect(fetch(`http://127.0.0.1:${cloud.gateway.port}/v1/hello`)).rejects.toThrow()
})
