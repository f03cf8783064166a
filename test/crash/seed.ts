/** Random moments that can be had again: a seed in `ALCOVE_SEED`, and how often in `ALCOVE_RUNS`. */

/** A generator of numbers in [0, 1) (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export const SEED = Number(process.env.ALCOVE_SEED ?? Math.floor(Math.random() * 2 ** 31))
export const RUNS = Number(process.env.ALCOVE_RUNS ?? 200)

/** Says how to have the same run again. */
export function announce(suite: string): void {
  console.log(`${suite}: ${RUNS} runs, ALCOVE_SEED=${SEED}`)
}
