/** Getting text of one's own into a statement of the gateway's or the provisioner's. */
import { statementsFor } from '../../../gateway/statements.ts'
import { FACILITY_VERSION } from '../../../schema/steps.ts'
import { type Attack, ControlFailed, type Outcome } from '../attack.ts'
import { ask } from '../party.ts'
import type { Stage } from '../stage.ts'

const hex = 'a'.repeat(32)

/** A name of a schema that is none: the gateway's statement builder takes it for what it is. */
function name(id: string, what: string, text: (stage: Stage) => string): Attack {
  return {
    id: `sql.inject-${id}`,
    group: 'sql',
    title: `The gateway is brought to use ${what} as the name of a schema.`,
    control: async ({ victim }) => {
      if (!statementsFor(victim.schema, FACILITY_VERSION).readHead.text.includes(`${victim.schema}.head`))
        throw new ControlFailed('a real name is not used')
    },
    attempt: async (stage): Promise<Outcome> => {
      try {
        return { value: statementsFor(text(stage), FACILITY_VERSION).readHead.text }
      } catch (error) {
        return { code: (error as Error).name }
      }
    },
    expect: { code: 'TypeError' },
  }
}

/** A value that would be SQL if it were ever taken for it, in a statement of the gateway's own, in one's own session. */
function value(id: string, what: string, text: (stage: Stage) => string): Attack {
  return {
    id: `sql.inject-${id}`,
    group: 'sql',
    title: `A facility sends ${what} as a value: it stays one.`,
    control: async ({ victim }) => {
      const { device } = statementsFor(victim.schema, FACILITY_VERSION)
      const { rows } = await victim.session((client) => ask(client, device.text, [victim.known.device]))
      if (rows !== 1) throw new ControlFailed('a real value finds nothing')
    },
    attempt: (stage) =>
      stage.attacker.session((client) =>
        ask(client, statementsFor(stage.attacker.schema, FACILITY_VERSION).device.text, [text(stage)]),
      ),
    expect: { rows: 0 },
  }
}

export const injection: readonly Attack[] = [
  name(
    'stacked',
    'a name followed by a second statement',
    ({ victim }) => `${victim.schema}.head; drop schema ${victim.schema} cascade; --`,
  ),
  name('comma', 'two schemas', ({ victim, attacker }) => `${attacker.schema}.head, ${victim.schema}`),
  name('quoted', 'a quoted name', ({ victim }) => `"${victim.schema}"`),
  name('newline', 'a name with a line after it', ({ victim }) => `${victim.schema}\n`),
  name('comment', 'a name with a comment in it', ({ victim }) => `${victim.schema}/**/`),
  name('upper-case', 'a name in capitals', ({ victim }) => victim.schema.toUpperCase()),
  name('look-alike', 'a name with look-alike letters of another script', () => `t_${'а'.repeat(32)}`),
  name('full-width', 'a name in full-width digits', () => `t_${'０'.repeat(32)}`),
  name('registry', 'the registry', () => 'registry'),
  name('catalog', 'the catalog', () => 'pg_catalog'),
  name('prototype', 'a word that means something to the program itself', () => '__proto__'),
  name('longer', 'a name that is too long, which PostgreSQL would cut', () => `t_${hex}${hex}`),
  name('empty', 'nothing', () => ''),
  value('value-quote', 'a quote and a second statement', ({ victim }) => `'; drop schema ${victim.schema} cascade; --`),
  value(
    'value-dollar',
    'a dollar-quoted text',
    ({ victim }) => `$$ or exists (select from ${victim.schema}.record) $$`,
  ),
  value(
    'value-backslash',
    'a backslash before a quote',
    ({ victim }) => `\\'; drop schema ${victim.schema} cascade; --`,
  ),
  value('value-number', 'the number of another parameter', () => '$1'),
  {
    id: 'sql.inject-entry',
    group: 'sql',
    title: 'A workstation pushes a record whose id and fields are SQL: it is stored as text, in its own facility.',
    control: async ({ attacker }) => {
      attacker.station.change('patient', crypto.randomUUID(), { family: 'Plain' })
      const { status } = await attacker.station.push(attacker.station.entries.length)
      if (status !== 200) throw new ControlFailed(`a plain record is answered ${status}`)
    },
    attempt: async ({ attacker: { station }, victim }) => {
      const bad = `'; drop schema ${victim.schema} cascade; --`
      station.change('patient', bad.slice(0, 60), { family: bad, given: `{"a":1}', ''); ${bad}` })
      station.change(`patient'; --`, 'x', { family: bad })
      const { status } = await station.push(station.entries.length - 1)
      return { status }
    },
    expect: { status: 200 },
  },
  {
    id: 'sql.inject-line-feed',
    group: 'sql',
    title:
      'A workstation hides a line feed in an id, so that columns sent as lines would shift: the entry is refused for good.',
    control: async ({ attacker }) => {
      attacker.station.change('patient', 'two words', { family: 'Plain' })
      const { status } = await attacker.station.push(attacker.station.entries.length)
      if (status !== 200) throw new ControlFailed(`an id of two words is answered ${status}`)
    },
    attempt: async ({ attacker: { station } }) => {
      station.change('patient', 'two\nlines', { family: 'Shifted' })
      const { status, body } = await station.push(station.entries.length)
      return { status, value: body.refused?.map((one: { code: string }) => one.code) ?? null }
    },
    expect: { status: 200, value: ['not-an-entry'] },
  },
  {
    id: 'sql.inject-facility-name',
    group: 'sql',
    title: 'A customer’s name is SQL: the provisioner makes the facility, and nothing else happens.',
    control: async ({ another }) => void (await another('plain')),
    attempt: async ({ another, victim }) => {
      const made = await another(`'"; drop schema ${victim.schema} cascade; --`)
      return { value: /^t_[0-9a-f]{32}$/.test(made.schema) ? 'made' : made.schema }
    },
    expect: { value: 'made' },
  },
]
