/**
 * How much to send at once. A batch should take about two seconds: on a fast line that is megabytes, on a village's
 * 2G line a few kilobytes, so that a cut costs two seconds of work and not ten minutes of it.
 */

const TARGET_MS = 2_000
const LEAST = 4 << 10

export class Link {
  /** Bytes, before compression. */
  #size = 256 << 10
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return Math.min(this.#size, this.#most)
  }

  /** A batch of that many bytes went through in that time. Grows at most fourfold, so that one lucky batch proves little. */
  went(bytes: number, ms: number): void {
    const fitting = (bytes * TARGET_MS) / Math.max(ms, 1)
    // A batch much smaller than allowed says nothing about what the link could carry.
    if (bytes < this.#size / 2 && ms < TARGET_MS) return
    this.#size = clamp(fitting, Math.max(LEAST, this.#size / 4), Math.min(this.#most, this.#size * 4))
  }

  /** A batch was cut or too large. */
  broke(): void {
    this.#size = clamp(this.#size / 2, LEAST, this.#most)
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.round(Math.max(least, Math.min(most, value)))
}
