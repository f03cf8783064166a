/**
 * A draft of the notice that follows an incident: what the system knows is filled in, and what a person has to say is
 * left open where nobody can miss it. It is a draft: whether there was a breach, and who is told what, is for people.
 */
import { type AccessRow, isByOperator } from '../../../domain/access-log.ts'
import { actorOf, type Evidence, type Tally } from './evidence.ts'

interface Clock {
  /** Which rule, and where it is written. */
  rule: string
  /** Who has to do what. */
  duty: string
  /** By when, if it is known when the incident was discovered. */
  by: string | null
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** The clocks that may run, the shortest first. Which of them do is for a lawyer; that they may, is not forgotten. */
export function clocks(discovered: Date | undefined): Clock[] {
  const after = (ms: number) => (discovered ? new Date(discovered.getTime() + ms).toISOString() : null)
  return [
    {
      rule: 'CERT-In Directions of 28 April 2022, (ii), under section 70B(6) of the IT Act, 2000 (India)',
      duty: 'Whoever notices it reports the incident to CERT-In within 6 hours.',
      by: after(6 * HOUR_MS),
    },
    {
      rule: 'DPDP Rules, 2025, rule 7(1) and 7(2)(a) (India; in force from May 2027)',
      duty: 'The clinic (Data Fiduciary) tells each affected person, and the Data Protection Board, without delay. So the operator tells the clinic at once.',
      by: after(0),
    },
    {
      rule: 'DPDP Rules, 2025, rule 7(2)(b)',
      duty: 'The clinic gives the Board the detailed report within 72 hours of becoming aware, unless the Board allows longer.',
      by: after(72 * HOUR_MS),
    },
    {
      rule: 'HIPAA, 45 CFR 164.410',
      duty: 'The operator (business associate) tells the clinic (covered entity) without unreasonable delay, and no later than 60 calendar days after discovery; a contract may well say sooner.',
      by: after(60 * DAY_MS),
    },
    {
      rule: 'HIPAA, 45 CFR 164.404, and 164.406 for 500 or more residents of a state',
      duty: 'The clinic tells each affected individual, and prominent media, without unreasonable delay, and no later than 60 calendar days after discovery.',
      by: after(60 * DAY_MS),
    },
    {
      rule: 'HIPAA, 45 CFR 164.408',
      duty: 'The clinic tells the Secretary of HHS: with the notices to individuals if 500 or more are affected, otherwise within 60 days of the end of the year.',
      by: after(60 * DAY_MS),
    },
  ]
}

const BLANK = (what: string) => `**[TO BE WRITTEN: ${what}]**`

/** The draft, as Markdown, for one facility: a notice that names two clinics would tell the one of the other. */
export function draftNotice(evidence: Evidence, discovered: Date | undefined, now = new Date()): string {
  return [
    `# Notice of a suspected exposure of records: ${plain(evidence.facility.name)}`,
    `> Draft of ${utc(now)}, from what the system has on record. Not sent to anybody. Fill in every ${BLANK('…')}, have it read by
> whoever decides (docs/incident.md), and strike what does not apply. Times are UTC.`,
    `## When it is due`,
    discovered
      ? `Discovered: ${utc(discovered)}.`
      : `Discovered: ${BLANK('date and time at which anybody of us first knew, or could have known')}. Give it with --discovered, and the dates below are reckoned.`,
    ['| rule | who has to do what | by |', '| --- | --- | --- |', ...clocks(discovered).map(clockRow)].join('\n'),
    `## What happened`,
    BLANK('what happened, in two or three plain sentences, and how it was noticed'),
    `- Began: ${BLANK('date and time, or "not known"')}; ended: ${BLANK('date and time, or "going on"')}.
- Where: ${BLANK('which system, which place')}.
- Cause: ${BLANK('what is known; "being looked into" is an answer')}.
- Who caused it, if that is known: ${BLANK('findings')}.`,
    `## Whose records, and what was in them`,
    `- People affected: ${BLANK('number, and how it was counted')}; of them residents of one state, if 500 or more: ${BLANK('which')}.
- Kinds of data: ${BLANK('strike what does not apply: name, birth date, sex, address, phone, identifiers, diagnoses, medicines, results, notes')}.
- Were the records encrypted in such a way that whoever got them cannot read them? ${BLANK('yes or no, and why. In the database they are readable to whoever gets past its barriers')}`,
    section(evidence),
    `## What has been done, and is being done`,
    `${BLANK('measures taken and planned: to stop it, to lessen the harm, to keep it from happening again')}`,
    `## What the people affected can do`,
    BLANK('what they should watch for or change; "nothing" has to be said too'),
    `## Whom to ask`,
    BLANK('name, telephone without charge, e-mail, postal address of somebody who can answer'),
    `---
The facility's access log, with the hashes that its chain can be checked by, is the evidence for the figures above
(\`incident access FACILITY --since … --out FILE\`). It holds no content of any record.
`,
  ].join('\n\n')
}

function section({ facility, period, chain, tallies, visits, devices, enrollments }: Evidence): string {
  const refused = tallies.filter(({ outcome }) => outcome !== 'ok')
  const done = (what: string) => tallies.filter(({ act, outcome }) => act === what && outcome === 'ok')
  const fetched = done('pull')
  const exported = done('operator-export')
  const inPeriod = (at: string | null) => at !== null && at >= period.since && at < period.until
  const revoked = devices.filter(({ revokedAt }) => revokedAt !== null)
  const named = (all: Evidence['devices'], when: (one: Evidence['devices'][number]) => string | null) =>
    all
      .filter((one) => inPeriod(when(one)))
      .map((one) => `${one.id} (${utc(when(one) ?? '')})`)
      .join(', ') || 'none'
  const active = tallies.filter(({ by }) => by === 'workstation')
  return `## On record for ${plain(facility.name)} (${facility.id})

- State now: ${facility.state}.
- Looked at: ${utc(period.since)} to ${utc(period.until)}.
- Its access log ${
    chain.ok
      ? `is whole: ${counted(chain.rows, 'row')}, none missing, none changed.`
      : `**does not hold**: ${chain.breaks.map(({ seq, what }) => `row ${seq} ${what}`).join(', ')}. What it says below may not be all.`
  }
- Visits of workstations: ${sum(active, 'visits')}, by ${counted(new Set(active.map(({ device }) => device)).size, 'workstation')}, from ${counted(new Set(active.map(({ address }) => address)).size, 'address', 'addresses')}.
- Entries that workstations fetched from the cloud: ${sum(fetched, 'rows')}, in ${counted(sum(fetched, 'visits'), 'fetch', 'fetches')}. ${BLANK('which of them should not have been')}
- Archives that the operator made: ${sum(exported, 'visits')}, with ${counted(sum(exported, 'rows'), 'entry', 'entries')} in all. An archive opens only with the clinic's recovery code or a workstation's secret.${exported.length > 0 ? ` ${BLANK('where each file is, and who has had it')}` : ''}
- Refused: ${counted(sum(refused, 'visits'), 'visit')}.
- Workstations: ${devices.length - revoked.length} in use, ${revoked.length} removed. In this time enrolled: ${named(devices, ({ enrolledAt }) => enrolledAt)}; removed: ${named(devices, ({ revokedAt }) => revokedAt)}.
- Enrollment codes made in this time: ${enrollments.filter(({ createdAt }) => inPeriod(createdAt)).length}, used: ${enrollments.filter(({ usedAt }) => inPeriod(usedAt)).length}.
- Acts of the operator: ${operatorActs(visits)}

${table(tallies)}`
}

const MOST_LINES = 40

/** Each with its own time: when a password was changed is what an inquiry asks. */
function operatorActs(visits: readonly AccessRow[]): string {
  const acts = visits.filter(isByOperator)
  if (acts.length === 0) return 'none.'
  const lines = acts
    .slice(0, MOST_LINES)
    .map(
      (row) =>
        `  - ${toSecond(row.at)}: ${plain(actorOf(row).did.replace('operator-', ''))}${row.outcome === 'ok' ? '' : `, refused (${plain(row.outcome)})`}`,
    )
  const more = acts.length - lines.length
  return [`${acts.length}.`, ...lines, ...(more > 0 ? [`  - and ${more} more: see the access log itself`] : [])].join(
    '\n',
  )
}

function table(tallies: readonly Tally[]): string {
  if (tallies.length === 0) return 'Nobody came in this time.'
  const lines = tallies
    .slice(0, MOST_LINES)
    .map(
      ({ address, outcome, visits, rows, first, last, ...tally }) =>
        `| ${[actorOf(tally).who, actorOf(tally).did, address, outcome, visits, rows, utc(first), utc(last)].map(plain).join(' | ')} |`,
    )
  const more = tallies.length - lines.length
  return [
    '| who | act | from | outcome | visits | rows | first | last |',
    '| --- | --- | --- | --- | ---: | ---: | --- | --- |',
    ...lines,
    ...(more > 0 ? [`| … and ${more} more: see the access log itself | | | | | | | |`] : []),
  ].join('\n')
}

function clockRow({ rule, duty, by }: Clock): string {
  return `| ${rule} | ${duty} | ${by ? utc(by) : BLANK('from the time of discovery')} |`
}

/** A row that somebody tampered with must not be able to draw a table of its own. */
function plain(value: string | number): string {
  return String(value).replace(/[|\\`<>[\]\r\n*_]/g, (sign) => `\\${sign}`.replace(/\r|\n/, ' '))
}

function sum(tallies: readonly Tally[], what: 'visits' | 'rows'): number {
  return tallies.reduce((total, tally) => total + tally[what], 0)
}

/** `1 row`, `2 rows`. */
export function counted(count: number, one: string, more = `${one}s`): string {
  return `${count} ${count === 1 ? one : more}`
}

function utc(at: Date | string): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

function toSecond(at: string): string {
  return `${at.slice(0, 19).replace('T', ' ')} UTC`
}
