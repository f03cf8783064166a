/** How the demo speaks: a line of plain prose a step, and a stop at the first that does not hold. */

export class StepFailed extends Error {}

let step = 0

/** Says what was done and seen. */
export function say(line: string): void {
  step += 1
  console.log(`${String(step).padStart(2)}. ${line}`)
}

/** Goes on only if it holds. */
export function must(holds: unknown, otherwise: string): asserts holds {
  if (!holds) throw new StepFailed(otherwise)
}

export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`
