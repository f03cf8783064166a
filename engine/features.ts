/** Everything that can be asked of the engine, by name. A feature is added by adding its line here. */
import type { Features } from './feature.ts'

export const features = {} as const satisfies Features
