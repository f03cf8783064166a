/** How an attack in SQL is written: one statement, who may say it instead, and what a neighbor is answered. */
import { type Attack, ControlFailed, type Group, type Outcome } from '../attack.ts'
import { ask, type Party } from '../party.ts'
import { rolledBack, type Server, type Stage } from '../stage.ts'

/** insufficient_privilege */
export const DENIED: Outcome = { sqlstate: '42501' }

/**
 * Who does the same and succeeds: the owner, of its own schema; `reads`: the owner, and it hears its own canary, so that
 * one would be noticed; or, where no facility may, the administrator.
 */
export type Control = 'reads' | 'owner' | 'administrator' | ((stage: Stage) => Promise<void>)

export interface Statement {
  id: string
  title: string
  /** The statement, about a facility. A neighbor says it about the victim. */
  says: (about: Party, stage: Stage) => string
  values?: (about: Party, stage: Stage) => unknown[]
  /** Said before it in the same session, and accepted. */
  after?: (stage: Stage) => string[]
  control: Control
  expect?: Outcome | ((server: Server) => Outcome)
}

/** An attack that is one statement of a neighbor's about the victim. */
export function statement(
  group: Group,
  { id, title, says, values, after, control, expect = DENIED }: Statement,
): Attack {
  return {
    id: `${group}.${id}`,
    group,
    title,
    expect,
    control: (stage) =>
      typeof control === 'function'
        ? control(stage)
        : allowed(stage, control, says(stage.victim, stage), values?.(stage.victim, stage)),
    attempt: (stage) =>
      stage.attacker.askAfter(after?.(stage) ?? [], says(stage.victim, stage), values?.(stage.victim, stage)),
  }
}

/** That a statement is accepted from whom it may come; taken back. */
export async function allowed(
  stage: Stage,
  by: 'reads' | 'owner' | 'administrator',
  text: string,
  values?: unknown[],
): Promise<void> {
  const { victim } = stage
  if (by === 'administrator') {
    await stage.rolledBack((client) => client.query(text, values))
    return
  }
  const outcome = await victim.session((client) => rolledBack(client, () => ask(client, text, values)))
  if (outcome.sqlstate ?? outcome.code) throw new ControlFailed(`its owner was refused: ${JSON.stringify(outcome)}`)
  if (by === 'reads' && victim.witness.found(victim.canaries).length === 0)
    throw new ControlFailed('its owner did not see its own canary')
}
