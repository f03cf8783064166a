import { Wire } from '../wire.ts'

/** The process that drives Chromium. When it goes, there is nobody to be a desktop app for. */
export const host = new Wire(process)

process.on('disconnect', () => process.exit(0))
