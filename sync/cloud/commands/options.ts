/** The options that every command has. */
export const WHERE_OPTIONS = {
  data: { type: 'string' },
  'database-url': { type: 'string' },
  state: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const
