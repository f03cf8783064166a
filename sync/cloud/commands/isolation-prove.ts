/** `cloud isolation prove`, `verify` and `key`. */
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { CloudError } from '../errors.ts'
import { countsOf, prove as makeProof, type Proof } from '../isolation/prove/proof.ts'
import { type ReportFiles, reportFolder, writeReport } from '../isolation/prove/report/write.ts'
import { keptFingerprint, verifyReport } from '../isolation/prove/signing.ts'
import { isReadableName } from '../provision/name.ts'
import { openWhere, stateFolder } from '../where.ts'
import { WHERE_OPTIONS } from './options.ts'

const OUT = 'isolation-report'

export async function prove(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { ...WHERE_OPTIONS, out: { type: 'string' }, operator: { type: 'string' } },
  })
  const operator = operatorNamed(values.operator)
  // Before minutes of work are done for it.
  reportFolder(values.out ?? OUT)
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => stop.abort(new CloudError('stopped', 'The proof was stopped. Nothing of it is left.')))

  const where = await openWhere(values)
  const progress = process.stderr.isTTY && !values.json ? oneLine : noLine
  try {
    const proof = await makeProof(where, {
      log: values.data === undefined ? undefined : join(resolve(values.data), 'postgres.log'),
      signal: stop.signal,
      onProgress: progress.show,
    })
    progress.clear()
    const { files, fingerprint } = writeReport(proof, values.out ?? OUT, where.state, operator)
    const { attacks, refused, barriers, faults, found } = countsOf(proof)
    const answer = { ok: proof.ok, attacks, refused, barriers, faults, found, report: files, key: fingerprint }
    const wrong = wrongIn(proof)
    process.stdout.write(
      values.json
        ? `${JSON.stringify(proof.ok ? answer : { ...answer, wrong })}\n`
        : inProse(proof, files, fingerprint),
    )
    if (!proof.ok) process.exitCode = 1
  } finally {
    progress.clear()
    await where.leave()
  }
}

export async function verify(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' }, key: { type: 'string' } },
  })
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) throw new CloudError('bad-arguments', 'Give one report. See --help.')
  const { fingerprint, files, signature } = verifyReport(file, values.key)
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ ok: true, key: fingerprint, files })}\n`
      : `${files.join(' and ')} are as they were signed in ${signature}. Keep and hand on all three together.
The key’s SHA-256: ${fingerprint}
${values.key === undefined ? COMPARE : 'It is the key that you named.'}
`,
  )
}

const COMPARE =
  'Anybody can sign with a key of their own: compare it with what whoever made the report told you by another way (`isolation key` shows it there).'

/** The key that signs here, without a look at any database. */
export async function key(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: WHERE_OPTIONS })
  const fingerprint = keptFingerprint(stateFolder(values))
  process.stdout.write(values.json ? `${JSON.stringify({ key: fingerprint })}\n` : `${fingerprint}\n`)
}

/** Who ran it, as they want it to read. Nobody is named who did not ask to be: who is logged in here is not looked up. */
function operatorNamed(typed: string | undefined): string | null {
  if (typed === undefined) return null
  const name = typed.normalize('NFC').trim()
  if (isReadableName(name)) return name
  throw new CloudError('bad-arguments', '--operator takes a name of one line, at most 200 characters long.')
}

function inProse(proof: Proof, { html, json, signature }: ReportFiles, fingerprint: string): string {
  const { attacks, refused, barriers, held, faults, found } = countsOf(proof)
  return `${wrongIn(proof)
    .map((line) => `✗ ${line}\n`)
    .join('')}Report: ${html}
With it, to be handed on together: ${basename(json)}, ${basename(signature)}
Signed by the key ${fingerprint}
Tell that number to whoever reads the report by another way than with it; \`isolation key\` shows it again.
${refused} of ${attacks} attacks refused exactly as they must be; ${held} of ${barriers} times the other barriers held; ${found} of ${faults} faults found.
`
}

/** How far it is, in one line that is written over; nothing where nobody watches. */
const oneLine = {
  show: (doing: string, done: number, all: number) => {
    process.stderr.write(`\r${doing}: ${done} of ${all}\u001b[K`)
  },
  clear: () => {
    process.stderr.write('\r\u001b[K')
  },
}
const noLine: typeof oneLine = { show: () => {}, clear: () => {} }

/** What is wrong, a line each. */
function wrongIn({ attacks, barriers, faults, findings, leftBehind }: Proof): string[] {
  return [
    ...[...attacks, ...barriers, ...faults].flatMap((one) =>
      one.faults.length > 0 ? [`${one.id}: ${one.faults.join(' ')}`] : [],
    ),
    ...findings.filter(({ severity, facility }) => severity === 'critical' || facility).map(({ message }) => message),
    ...leftBehind.map((what) => `left behind: ${what}`),
  ]
}
