/** The options that several commands have, and how what was given is read. */
import { CloudError } from '../errors.ts'

/** Those of every command. */
export const WHERE_OPTIONS = {
  data: { type: 'string' },
  'database-url': { type: 'string' },
  state: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

/** Those of the commands that prepare a gateway, or run one. */
export const GATEWAY_OPTIONS = {
  ...WHERE_OPTIONS,
  port: { type: 'string' },
  host: { type: 'string' },
  'public-url': { type: 'string' },
  'take-over': { type: 'boolean' },
} as const

export function numberOf(option: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (/^\d{1,6}$/.test(text) && value >= least && value <= most) return value
  throw new CloudError('bad-arguments', `${option} takes a number from ${least} to ${most}.`)
}

/** A port; 0 is whichever is free. */
export function portOf(option: string, text: string | undefined): number | undefined {
  return numberOf(option, text, 0, 65_535)
}

export function publicUrlOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'https:' || url.username || url.search || url.hash)
    throw new CloudError('bad-arguments', 'A public URL is written https://host[:port].')
  return text.replace(/\/$/, '')
}
