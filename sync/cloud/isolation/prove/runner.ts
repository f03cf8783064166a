/** Runs attacks one after the other, and judges each: control, outcome, canaries, and whether anything changed. */
import { isDeepStrictEqual } from 'node:util'
import { type Attack, type Group, NotHere, type Outcome } from './attack.ts'
import { PARTS } from './party.ts'
import type { Stage } from './stage.ts'
import { standing } from './standing.ts'

export interface Verdict {
  readonly id: string
  readonly group: Group
  readonly title: string
  readonly expected: Outcome
  readonly outcome?: Outcome
  /** Whether the control held: the same act succeeded where it is allowed. */
  readonly control: boolean
  /** Why it is not what it must be; empty when it was refused exactly as expected. */
  readonly faults: readonly string[]
  /** Could not be tried on this server, and why. Not counted. */
  readonly notHere?: string
  readonly ms: number
}

/** Runs the attacks; tells of each as it is done. */
export async function runAttacks(
  stage: Stage,
  attacks: readonly Attack[],
  onDone: (verdict: Verdict) => void = () => {},
): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  for (const attack of attacks) {
    const verdict = await runAttack(stage, attack)
    verdicts.push(verdict)
    onDone(verdict)
  }
  return verdicts
}

async function runAttack(stage: Stage, attack: Attack): Promise<Verdict> {
  const { id, group, title } = attack
  const expected = typeof attack.expect === 'function' ? attack.expect(stage.server) : attack.expect
  const started = performance.now()
  const verdict = { id, group, title, expected }
  const ms = () => Math.round(performance.now() - started)
  for (const part of PARTS) stage[part].witness.forget()
  try {
    await attack.control(stage)
  } catch (error) {
    if (error instanceof NotHere) return { ...verdict, control: false, faults: [], notHere: error.message, ms: ms() }
    return { ...verdict, control: false, faults: [`The control failed: ${told(error)}`], ms: ms() }
  }
  for (const part of PARTS) stage[part].witness.forget()
  stage.gateway.faults.length = 0
  const before = await standing(stage)
  let outcome: Outcome
  try {
    outcome = await attack.attempt(stage)
  } catch (error) {
    if (error instanceof NotHere) return { ...verdict, control: true, faults: [], notHere: error.message, ms: ms() }
    return { ...verdict, control: true, faults: [`The attempt did not run: ${told(error)}`], ms: ms() }
  }
  const faults = [
    ...(isDeepStrictEqual(outcome, expected) ? [] : ['What came back is not what must come back.']),
    ...leaks(stage),
    ...(attack.victimWrites ? [] : changes(before, await standing(stage))),
  ]
  return { ...verdict, outcome, control: true, faults, ms: ms() }
}

/** Which facility heard or was logged what is another's. The string itself is not repeated. */
function leaks(stage: Stage): string[] {
  const found = PARTS.flatMap((hearer) =>
    PARTS.filter((owner) => owner !== hearer && stage[hearer].witness.found(stage[owner].canaries).length > 0).map(
      (owner) => `The ${hearer} received a string that only the ${owner} may see.`,
    ),
  )
  const log = stage.gateway.faults.join('\n')
  const logged = PARTS.filter((part) => stage[part].canaries.some((canary) => log.includes(canary)))
  return [...found, ...logged.map((part) => `The gateway's log holds a string of the ${part}.`)]
}

function changes(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...before].flatMap(([what, was]) => (after.get(what) === was ? [] : [`${what} changed.`]))
}

function told(error: unknown): string {
  const { name, message, code } = error as { name?: string; message?: string; code?: string }
  return [name, code, message].filter(Boolean).join(' ')
}
