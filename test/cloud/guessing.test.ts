/** Enrollment codes guessed a thousand times a second, from many addresses, while a clinic enrolls and another one works. */
import { randomBytes } from 'node:crypto'
import { Agent, request } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Workstation } from '../../sync/cloud/client/workstation.ts'
import { clinicIn } from '../../sync/cloud/testing/clinic.ts'
import { forFile } from '../../sync/cloud/testing/for-file.ts'
import { connected, testCloud } from '../../sync/cloud/testing/postgres.ts'
import { newDeviceKeys } from '../../sync/protocol/batch.ts'
import { newEnrollmentSecret } from '../../sync/protocol/enrollment-code.ts'
import { PATHS } from '../../sync/protocol/messages.ts'
import { expectWhole } from './whole.ts'

const ADDRESSES = 100
const SECONDS = 4
const { publicKey } = newDeviceKeys()

const cloud = forFile(testCloud)

interface Told {
  status: number
  code: string
  wait: number
}

/** One guess; undefined if the door was shut on it. */
function guess(agent: Agent, localAddress: string, secret = newEnrollmentSecret()): Promise<Told | undefined> {
  const body = JSON.stringify({
    ...{ versions: [1], secret, device: randomBytes(8).toString('hex'), publicKey },
    deviceSecret: randomBytes(32).toString('base64url'),
  })
  return new Promise((done) => {
    const call = request(
      new URL(PATHS.enroll, cloud.url),
      { method: 'POST', agent, localAddress, rejectUnauthorized: false },
      (answer) => {
        let text = ''
        answer.on('data', (chunk) => {
          text += chunk
        })
        answer.on('error', () => done(undefined))
        answer.on('end', () =>
          done({
            status: answer.statusCode ?? 0,
            code: JSON.parse(text).error?.code,
            wait: Number(answer.headers['retry-after'] ?? 0),
          }),
        )
      },
    )
    call.on('error', () => done(undefined))
    call.end(body)
  })
}

// Every address of 127.0.0.0/8 is this machine's own on Linux only.
test.runIf(process.platform === 'linux')(
  'none is found, each guesser is stopped, and neither who enrolls nor who works is',
  async () => {
    const [working, enrolling, used] = [
      await cloud.facility('At work'),
      await cloud.facility('Enrolling'),
      await cloud.facility('Used'),
    ]
    const station = await Workstation.enrolled(working.enrollmentCode)
    const user = await Workstation.enrolled(used.enrollmentCode)
    const agents = Array.from({ length: ADDRESSES }, () => new Agent({ keepAlive: true, maxSockets: 2 }))
    const guesses: Promise<Told | undefined>[] = []
    const until = Date.now() + SECONDS * 1000
    const flood = (async () => {
      while (Date.now() < until) {
        for (let one = 0; one < 50; one++) {
          const place = guesses.length % ADDRESSES
          guesses.push(guess(agents[place] as Agent, `127.66.${1 + (place >> 4)}.${1 + (place & 15)}`))
        }
        await sleep(50)
      }
    })()

    // Until those who guess together have been stopped together.
    await sleep(1500)
    const late = new Workstation(cloud.address)
    const since = performance.now()
    expect((await late.enroll(enrolling.enrollmentCode)).status).toBe(200)
    expect(performance.now() - since).toBeLessThan(15_000)
    for (let count = 1; count <= 10; count++) {
      station.change('patient', `p${count}`, { family: 'A' })
      expect((await station.push(count)).status).toBe(200)
    }
    await flood
    const told = (await Promise.all(guesses)).filter((one) => one !== undefined)
    for (const agent of agents) agent.destroy()

    expect(guesses.length).toBeGreaterThan(SECONDS * 250)
    // 503: more at the door at once than wait there.
    for (const { status, code } of told)
      expect(['404 enrollment-unknown', '429 busy', '503 busy']).toContain(`${status} ${code}`)
    for (const { status, wait } of told) if (status !== 404) expect(wait).toBeGreaterThan(0)
    // So many are looked at in all, whoever asks; besides, each address has its first.
    expect(told.filter(({ status }) => status === 404).length).toBeLessThan(200 + ADDRESSES + 5 * (SECONDS + 10))
    const { rows } = await connected(cloud.admin, (client) =>
      client.query(
        'select count(*)::int as devices, (select count(*)::int from registry.enrollment where used_by is null) as open from registry.device',
      ),
    )
    expect(rows).toEqual([{ devices: 3, open: 0 }])
    await expectWhole(cloud, working, station)
    await expectWhole(cloud, enrolling)
    for (const one of [station, user, late]) one.close()
  },
)

test('a code that was used is of no use to anybody else, and its workstation goes on', async () => {
  const cloud = await testCloud()
  const { facility, station } = await clinicIn(cloud, 'Once')
  for (let count = 0; count < 3; count++) {
    const other = new Workstation(cloud.address)
    expect((await other.enroll(facility.enrollmentCode)).body.error.code).toBe('enrollment-used')
    expect((await other.hello()).status).toBe(401)
    other.close()
  }
  expect((await station.hello()).status).toBe(200)
  station.close()
  await cloud.remove()
})
