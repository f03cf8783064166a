/** What a workstation may send, and must not get in: other people's batches, forged ones, ones that do not fit. */
import { randomUUID } from 'node:crypto'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { frameBatch, newDeviceKeys, signBatch } from '../../../../protocol/batch.ts'
import { PATHS, SIGNATURE_HEADER } from '../../../../protocol/messages.ts'
import type { Attack } from '../attack.ts'
import { ask, type Party } from '../party.ts'
import type { Stage } from '../stage.ts'
import { atGateway, authorization, call, mustBe, outcomeOf } from './calling.ts'

const BAD = { status: 400, code: 'bad-batch' }

/** A batch of the next entry of a party's workstation; the entry is taken back, so that its chain stays as it is. */
function frame({ station }: Party, name: { facility?: string; device?: string } = {}): Buffer {
  const prev = station.entries.at(-1)?.hash ?? ''
  station.change('patient', randomUUID(), { family: 'Frame', sex: 'male' })
  const entry = station.entries.pop() as NonNullable<ReturnType<typeof station.entries.pop>>
  return frameBatch(1, name.facility ?? station.facility, name.device ?? station.device, prev, [entry])
}

const send = async (stage: Stage, party: Party, bytes: Buffer, signature: string, encoding = 'identity') =>
  outcomeOf(
    await call(stage, party, {
      path: PATHS.push,
      headers: { authorization: authorization(party), [SIGNATURE_HEADER]: signature, 'content-encoding': encoding },
      body: bytes,
    }),
  )

const sign = ({ station }: Party, bytes: Buffer) => signBatch(station.keys.privateKey, bytes)

/** The control of what is refused of a batch: a batch as it must be is taken. */
const goodBatch: Attack['control'] = async ({ attacker: { station } }) => {
  station.change('patient', randomUUID(), { family: 'Control', sex: 'male' })
  mustBe(await station.push(station.entries.length))
}

const batch = (id: string, title: string, attempt: Attack['attempt'], expect: Attack['expect'] = BAD): Attack =>
  atGateway(id, title, attempt, expect, { control: goodBatch })

export const batches: readonly Attack[] = [
  batch('forged-signature', 'A batch bears the signature of another key.', (stage) => {
    const bytes = frame(stage.attacker)
    return send(stage, stage.attacker, bytes, signBatch(newDeviceKeys().privateKey, bytes))
  }),
  batch('no-signature', 'A batch bears no signature.', (stage) =>
    send(stage, stage.attacker, frame(stage.attacker), ''),
  ),
  batch('changed-after-signing', 'A batch is changed after it was signed.', (stage) => {
    const bytes = frame(stage.attacker)
    const signature = sign(stage.attacker, bytes)
    return send(stage, stage.attacker, Buffer.from(bytes.toString().replace('Frame', 'Fraud')), signature)
  }),
  batch(
    'signature-of-neighbor',
    'A batch of the neighbor’s, overheard with its signature, is replayed at one’s own facility.',
    (stage) => {
      const bytes = frame(stage.victim)
      return send(stage, stage.attacker, bytes, sign(stage.victim, bytes))
    },
  ),
  batch('batch-of-neighbor', 'The neighbor’s batch is signed anew and replayed at one’s own facility.', (stage) => {
    const bytes = frame(stage.victim)
    return send(stage, stage.attacker, bytes, sign(stage.attacker, bytes))
  }),
  batch('batch-for-neighbor', 'A good batch names the neighbor’s facility in its header.', (stage) => {
    const bytes = frame(stage.attacker, { facility: stage.victim.facility })
    return send(stage, stage.attacker, bytes, sign(stage.attacker, bytes))
  }),
  batch('batch-as-device', 'A good batch names the neighbor’s workstation in its header.', (stage) => {
    const bytes = frame(stage.attacker, { device: stage.victim.station.device })
    return send(stage, stage.attacker, bytes, sign(stage.attacker, bytes))
  }),
  batch('batch-cut', 'A batch is cut in its last line.', (stage) => {
    const bytes = frame(stage.attacker).subarray(0, -9)
    return send(stage, stage.attacker, bytes, sign(stage.attacker, bytes))
  }),
  batch(
    'replayed',
    'A batch that was taken is sent again, to be stored twice.',
    async ({ attacker }) => {
      const { station, schema } = attacker
      const count = () => attacker.session((client) => client.query(`select count(*)::int as n from ${schema}.journal`))
      const before = (await count()).rows[0].n
      const answer = await station.push(station.entries.length)
      return { ...outcomeOf(answer), value: (await count()).rows[0].n - before }
    },
    { status: 200, value: 0 },
  ),
  batch(
    'forked',
    'A workstation sends other entries under a number that was taken: the history would have two versions.',
    async ({ attacker: { station } }) => {
      const entries = station.entries.slice(0, -1)
      const kept = station.entries.pop()
      station.change('patient', randomUUID(), { family: 'Fork', sex: 'male' })
      const forked = [...entries, station.entries.pop() as (typeof entries)[number]]
      if (kept) station.entries.push(kept)
      return outcomeOf(await station.push(forked.length, forked.length, forked))
    },
    { status: 409, code: 'fork' },
  ),
  batch(
    'gap',
    'A workstation leaves an entry out.',
    async ({ attacker: { station } }) => {
      const before = station.entries.length
      station.change('patient', randomUUID(), { family: 'One', sex: 'male' })
      station.change('patient', randomUUID(), { family: 'Two', sex: 'male' })
      const answer = await station.push(before + 2)
      station.entries.length = before
      return outcomeOf(answer)
    },
    { status: 409, code: 'gap' },
  ),
  batch(
    'same-record-id',
    'A facility writes a record under the id of its neighbor’s patient: it gets a record of its own, the neighbor keeps its.',
    async ({ attacker, victim }) => {
      const { station, schema } = attacker
      station.change('patient', victim.known.patient, { family: 'Mine', sex: 'male' })
      const answer = await station.push(station.entries.length)
      const sql = `select from ${schema}.record where id = $1 and fields->>'family' = 'Mine'`
      const own = await attacker.session((client) => ask(client, sql, [victim.known.patient]))
      return { ...outcomeOf(answer), rows: own.rows ?? -1 }
    },
    { status: 200, rows: 1 },
  ),
  batch(
    'built-on-neighbor',
    'A change says that it is built on an entry of the neighbor’s, to have it pulled in.',
    async (stage) => {
      const { victim } = stage
      // In a facility of its own: what it writes itself it will hear again when it pulls.
      const { station } = await stage.another('built-on')
      const foreign = victim.station.entries[0]?.hash ?? ''
      station.change('patient', victim.known.patient, { given: 'Base' }, [foreign])
      return outcomeOf(await station.push(station.entries.length))
    },
    // It names a hash that its facility has not: kept as its own device wrote it, and nothing comes of it.
    { status: 200 },
  ),
  batch(
    'future-clock',
    'A workstation’s clock is a hundred years ahead, to be the latest for ever: in its own facility, and nowhere else.',
    async ({ attacker: { station } }) => {
      station.write({
        kind: 'change',
        record: 'patient',
        id: randomUUID(),
        base: [],
        fields: { family: 'Later', sex: 'male' },
        hlc: 'fffffffffffffff0',
      })
      return outcomeOf(await station.push(station.entries.length))
    },
    { status: 200 },
  ),
  batch(
    'field-of-prototype',
    'An entry has fields named "__proto__" and "constructor".',
    async ({ attacker: { station } }) => {
      const fields = JSON.parse('{"__proto__":{"polluted":true},"family":"Proto"}')
      station.write({ kind: 'change', record: 'patient', id: randomUUID(), base: [], fields })
      const { status, body } = await station.push(station.entries.length)
      return { status, value: [body.refused?.[0]?.code ?? '', 'polluted' in {}] }
    },
    { status: 200, value: ['not-an-entry', false] },
  ),
  batch(
    'too-deep',
    'An entry nests two hundred levels deep, to exhaust a stack.',
    async ({ attacker: { station } }) => {
      let deep: unknown = 'end'
      for (let i = 0; i < 200; i++) deep = [deep]
      station.write({ kind: 'change', record: 'patient', id: randomUUID(), base: [], fields: { family: deep } })
      const { status, body } = await station.push(station.entries.length)
      return { status, value: body.refused?.[0]?.code ?? '' }
    },
    { status: 200, value: 'too-deep' },
  ),
  batch(
    'bomb',
    'Less than a kilobyte unfolds to a hundred megabytes.',
    (stage) => {
      const bomb = brotliCompressSync(Buffer.alloc(100 << 20), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })
      return send(stage, stage.attacker, bomb, sign(stage.attacker, bomb), 'br')
    },
    { status: 413, code: 'too-large' },
  ),
  batch(
    'encoding',
    'A batch comes in an encoding that nobody asked for.',
    (stage) => {
      const bytes = gzipSync(frame(stage.attacker))
      return send(stage, stage.attacker, bytes, sign(stage.attacker, bytes), 'gzip')
    },
    { status: 415, code: 'encoding' },
  ),
]
