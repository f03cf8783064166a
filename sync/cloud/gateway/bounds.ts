/** How much a gateway takes on. Two of everything: what one facility or address may have, and what all may have together. */
import type { Bounds } from './turns.ts'

export interface GatewayBounds {
  /** Calls at work, and waiting for their turn. */
  working: Bounds
  /** Batches that inflate to more than `SMALL_BATCH`: each takes many times its size while it is looked through. */
  heavy: Bounds
  /** Calls of one address that ask who they are. */
  asking: Bounds
  enrolling: Bounds
  /** Bytes of bodies that are being received or wait. */
  bodies: { all: number; each: number }
  connections: { all: number; each: number; burst: number; perSecond: number }
  /** Calls, by device and by facility. */
  device: { burst: number; perSecond: number }
  facility: { burst: number; perSecond: number }
}

/** Bytes, inflated. Nearly every batch that a clinic sends on a working day is smaller. */
export const SMALL_BATCH = 1 << 20

const WAIT_MS = 15_000

export const BOUNDS: GatewayBounds = {
  working: { places: 48, each: 4, waiting: 512, waitingEach: 16, patience: WAIT_MS },
  heavy: { places: 2, each: 1, waiting: 64, waitingEach: 4, patience: WAIT_MS },
  asking: { places: 8, each: 2, waiting: 2000, waitingEach: 200, patience: WAIT_MS },
  enrolling: { places: 16, each: 4, waiting: 64, waitingEach: 8, patience: WAIT_MS },
  bodies: { all: 128 << 20, each: 16 << 20 },
  connections: { all: 2000, each: 250, burst: 200, perSecond: 50 },
  device: { burst: 200, perSecond: 50 },
  facility: { burst: 600, perSecond: 100 },
}
