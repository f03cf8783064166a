/** Joining a facility's gateway: a code in, credentials out. Nothing is stored until the gateway has said yes. */
import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { Enrolled, Outbox } from '../../domain/outbox.ts'
import { newDeviceKeys } from '../protocol/batch.ts'
import { decodeEnrollmentCode } from '../protocol/enrollment-code.ts'
import { isPassing, SyncError } from '../protocol/errors.ts'
import { VERSIONS } from '../protocol/version.ts'
import { backoff } from './backoff.ts'
import { askToEnroll } from './gateway.ts'
import { openTransport, type Timeouts } from './transport.ts'

const TRIES = 3
const MOST_WAIT_MS = 5_000

/** Enrolls this workstation's device by a code and hands the credentials to the engine. Throws SyncError. */
export async function enroll(outbox: Outbox, code: string, timeouts?: Timeouts): Promise<Enrolled> {
  const { url, secret, pin } = decodeEnrollmentCode(code)
  const device = await outbox.device()
  const keys = newDeviceKeys()
  const deviceSecret = randomBytes(32).toString('base64url')
  const request = { versions: [...VERSIONS], secret, device, publicKey: keys.publicKey, deviceSecret }
  const transport = openTransport(url, pin, timeouts)
  try {
    const answer = await persist(() => askToEnroll(transport, request))
    if (answer.device !== device || !VERSIONS.includes(answer.version) || !transport.pin)
      throw new SyncError(
        'gateway-misbehaved',
        'The gateway enrolled something else than this workstation. Try again with a new code.',
      )
    const { facility, epoch } = answer
    const remote = {
      url,
      pin: transport.pin,
      facility,
      device,
      secret: deviceSecret,
      privateKey: keys.privateKey,
      epoch,
    }
    await outbox.enrolled(remote)
    return remote
  } finally {
    transport.close()
  }
}

/** Asks again when the answer was lost: with the same keys, the gateway answers as the first time and the code is not wasted. */
async function persist<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt()
    } catch (error) {
      if (tries === TRIES || !(error instanceof SyncError) || !isPassing(error.code)) throw error
      // Somebody sits in front of the screen: a gateway that asks for longer than this is better told to them.
      await setTimeout(Math.min(MOST_WAIT_MS, backoff(tries, Math.random(), error.retryAfter)))
    }
  }
}
