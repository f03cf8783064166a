import { z } from 'zod'

/** What a machine's administrator may set. */
const settings = {
  updateMode: z.enum(['off', 'ask', 'auto']),
  feedUrl: z.url({ protocol: /^(https|file)$/ }),
  proxy: z.string().max(300),
  syncAllowed: z.boolean(),
  syncHost: z.string().max(253),
  /** Minutes; longer than a quarter of an hour is not a lock. */
  idleLock: z.int().min(1).max(15),
  backupDir: z.string().max(1000),
  exportAllowed: z.boolean(),
  keychain: z.enum(['never', 'optional']),
  contentProtection: z.boolean(),
}
type Name = keyof typeof settings
export type Settings = { [N in Name]?: z.infer<(typeof settings)[N]> }

/** Of what has an effect: a default for the rest would promise what nothing keeps. */
const DEFAULTS = {
  syncAllowed: true,
  idleLock: 5,
  exportAllowed: true,
  contentProtection: false,
} as const satisfies Settings

/** Known, so that one policy can be written for all versions; this version has nothing yet that they would steer. */
const WITHOUT_EFFECT = new Set<string>(['updateMode', 'feedUrl', 'proxy', 'syncHost', 'backupDir', 'keychain'])

/** When a policy is there but cannot be read, what it might have forbidden is forbidden. */
const CAUTIOUS = {
  updateMode: 'off',
  syncAllowed: false,
  idleLock: 1,
  exportAllowed: false,
} as const satisfies Settings

export interface Effective {
  values: typeof DEFAULTS extends infer D ? { [N in keyof D]: NonNullable<Settings[N & Name]> } & Settings : never
  /** Where each value came from: `default`, or the policy's place. */
  sources: Record<string, string>
  /** Sentences for the screen that shows the policy: unknown names, values that could not be used. */
  problems: string[]
}

export type PolicySource = { place: string; read: () => Promise<unknown> }

/** The policy in force. Never throws: what is wrong with a policy is shown, and the careful value is used. */
export async function effectivePolicy(sources: PolicySource[]): Promise<Effective> {
  const values: Record<string, unknown> = { ...DEFAULTS }
  const from: Record<string, string> = Object.fromEntries(Object.keys(DEFAULTS).map((name) => [name, 'default']))
  const problems: string[] = []
  const set = (name: string, value: unknown, place: string) => {
    values[name] = value
    from[name] = place
  }
  for (const { place, read } of sources) {
    let given: unknown
    try {
      given = await read()
    } catch {
      given = null
    }
    if (given === undefined) continue
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      problems.push(`The policy in ${place} cannot be read, so what it might forbid is forbidden until it is mended.`)
      for (const [name, value] of Object.entries(CAUTIOUS)) set(name, value, place)
      continue
    }
    for (const [name, value] of Object.entries(given)) {
      if (!Object.hasOwn(settings, name)) {
        problems.push(`The policy in ${place} has a setting that Alcove does not know: “${name.slice(0, 60)}”.`)
        continue
      }
      const parsed = settings[name as Name].safeParse(value)
      if (parsed.success) {
        set(name, parsed.data, place)
        if (WITHOUT_EFFECT.has(name)) problems.push(`“${name}” has no effect in this version of Alcove.`)
      } else {
        problems.push(`The policy in ${place} has a value for “${name}” that cannot be used.`)
        if (Object.hasOwn(CAUTIOUS, name)) set(name, CAUTIOUS[name as keyof typeof CAUTIOUS], place)
      }
    }
  }
  return { values, sources: from, problems } as Effective
}
