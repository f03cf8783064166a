/** The report for people: one page that prints well, needs nothing from anywhere, and runs no script. */
import { GROUPS, type Group } from '../attack.ts'
import type { BarrierVerdict } from '../barriers.ts'
import { REQUIREMENTS, type Requirement } from '../mapping.ts'
import type { Proof } from '../proof.ts'
import type { Verdict } from '../runner.ts'
import { CSS } from './css.ts'
import { type About, contents, facts, files, type Part, reading, verdict } from './front.ts'
import { text } from './markup.ts'
import { inWords } from './words.ts'

const GROUP_TITLES: Record<Group, string> = {
  sql: 'At the database, as a facility with a login of its own',
  metadata: 'By what can be inferred: catalogs, errors, plans, keys, logs',
  api: 'At the gateway, over the network',
  pool: 'Through connections and sessions that are used again',
  resources: 'By using everything up',
}

/** The page. */
export function htmlReport(proof: Proof, about: About): string {
  const parts: Part[] = [
    ...(proof.ok && proof.findings.length === 0 ? [] : [wrongs(proof)]),
    reading,
    files(about),
    barriers(proof.barriers),
    ...GROUPS.flatMap((group) => attacks(group, proof.attacks) ?? []),
    faults(proof),
    mapping(proof),
    leftOver(proof),
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Isolation of facilities: ${proof.ok ? 'proved' : 'NOT proved'}, ${text(proof.made.slice(0, 10))}</title>
<style>${CSS}</style>
</head>
<body>
<header>
<p class="product">Alcove</p>
<h1>Isolation of facilities</h1>
${verdict(proof)}
</header>
${facts(proof, about)}
${contents(parts)}
${parts.map(({ id, title, html }) => `<section id="${id}"><h2>${text(title)}</h2>\n${html}</section>`).join('\n')}
</body>
</html>
`
}

function wrongs(proof: Proof): Part {
  const items = [
    ...[...proof.attacks, ...proof.barriers, ...proof.faults]
      .filter((one) => one.faults.length > 0)
      .map(
        (one) =>
          `<li><strong>${text(one.title)}</strong> <code>${text(one.id)}</code><br>${text(one.faults.join(' '))}</li>`,
      ),
    ...proof.findings.map(
      (one) => `<li><strong>The scan, before anything was broken:</strong> ${text(one.message)}</li>`,
    ),
    ...proof.leftBehind.map((one) => `<li><strong>Left behind:</strong> ${text(one)}</li>`),
  ]
  return {
    id: 'wrong',
    title: proof.ok ? 'What should be looked at' : 'What is wrong',
    html: `<ul>${items.join('\n')}</ul>`,
  }
}

const READ: Record<string, string> = { '0 rows': 'no row', '42501': 'refused' }

function barriers(verdicts: readonly BarrierVerdict[]): Part {
  const tables = [...new Set(verdicts.map(({ table }) => table))]
  const removals = [...new Map(verdicts.map((one) => [one.id.split('.')[0], one])).entries()]
  const cell = (removal: string, table: string) => {
    const verdict = verdicts.find(({ id }) => id === `${removal}.${table}`)
    if (!verdict) return '<td></td>'
    const read = (verdict.outcome as Record<string, string>).read ?? ''
    return `<td class="${verdict.faults.length === 0 ? 'good' : 'bad'}">${verdict.faults.length === 0 ? (READ[read] ?? text(read)) : 'failed'}</td>`
  }
  const html = `<p>Three barriers stand between two facilities: the connection (who logs in), the grants (what that login may touch), and row-level security (which rows it sees).
One after the other was taken away on purpose, from each table, and taken back. The table shows what reading then brought a neighbor: no row, or a refusal (“permission denied”, 42501).
Adding, changing, deleting and emptying were tried as well. With all of them away, it did read: the experiment can come out red.</p>
<table class="barriers"><thead><tr><th scope="col">Taken away</th>${tables.map((table) => `<th scope="col">${text(table)}</th>`).join('')}</tr></thead>
<tbody>${removals
    .map(
      ([id, one]) =>
        `<tr><th scope="row">${text(one.removed)}<small>${text(one.title)}</small></th>${tables.map((table) => cell(id ?? '', table)).join('')}</tr>`,
    )
    .join('\n')}</tbody></table>`
  return { id: 'barriers', title: 'Each barrier alone', html }
}

function attacks(group: Group, verdicts: readonly Verdict[]): Part | undefined {
  const ours = verdicts.filter((one) => one.group === group)
  const tried = ours.filter(({ notHere }) => notHere === undefined)
  const not = ours.filter(({ notHere }) => notHere !== undefined)
  if (ours.length === 0) return undefined
  const html = `<p>${tried.filter((one) => one.faults.length === 0).length} of ${tried.length} refused exactly as expected.</p>
<table><thead><tr><th scope="col">What was tried</th><th scope="col">Control</th><th scope="col">What came back</th><th scope="col">Verdict</th></tr></thead>
<tbody>${tried
    .map(
      (one) =>
        `<tr><td>${text(one.title)}<small>${text(one.id)}</small></td><td>${one.control ? 'held' : 'failed'}</td><td>${text(inWords(one.outcome))}</td><td class="${one.faults.length === 0 ? 'good' : 'bad'}">${one.faults.length === 0 ? 'as it must be' : text(one.faults.join(' '))}</td></tr>`,
    )
    .join('\n')}</tbody></table>
${not.length === 0 ? '' : `<p>Not tried on this server, and not counted:</p><ul>${not.map((one) => `<li>${text(one.title)} ${text(one.notHere ?? '')}</li>`).join('')}</ul>`}`
  return { id: group, title: GROUP_TITLES[group], html }
}

function faults({ faults: verdicts }: Proof): Part {
  const html = `<p>Each was brought about on purpose, in a transaction that was taken back; the drift scan (<code>isolation scan</code>) had to report it by the exact finding.</p>
<table><thead><tr><th scope="col">What was broken</th><th scope="col">Finding</th><th scope="col">Verdict</th></tr></thead>
<tbody>${verdicts
    .map(
      (one) =>
        `<tr><td>${text(one.title)}<small>${text(one.id)}</small></td><td>${text(one.code)}</td><td class="${one.found ? 'good' : 'bad'}">${one.found ? 'found' : text(one.faults.join(' '))}</td></tr>`,
    )
    .join('\n')}</tbody></table>`
  return { id: 'faults', title: 'Faults of configuration, injected', html }
}

function mapping(proof: Proof): Part {
  const html = `<p>The technical safeguards of HIPAA (45 CFR 164.312) and rules 6 and 7 of India’s Digital Personal Data Protection Rules, 2025, in our own words. This report is evidence for them, not a certificate.</p>
<table class="law"><thead><tr><th scope="col">Requirement</th><th scope="col">It asks</th><th scope="col">Our answer</th><th scope="col">Shown here by</th></tr></thead>
<tbody>${REQUIREMENTS.map(
    (one) =>
      `<tr><th scope="row">${text(one.id)}</th><td>${text(one.asks)}</td><td>${text(one.answer)}</td><td>${text(shown(one, proof))}</td></tr>`,
  ).join('\n')}</tbody></table>`
  return { id: 'law', title: 'What the law asks, and where it is answered', html }
}

/** How many experiments show a requirement, and how many of them came out right. */
function shown({ shownBy }: Requirement, proof: Proof): string {
  const named = ({ id }: { id: string }) => shownBy.some((start) => id.startsWith(start))
  const parts: [string, { faults: readonly string[] }[]][] = [
    ['attacks', proof.attacks.filter((one) => one.notHere === undefined && named(one))],
    ['barriers', shownBy.includes('barriers') ? [...proof.barriers] : []],
    ['faults', proof.faults.filter((one) => shownBy.includes('faults') || named(one))],
  ]
  const said = parts
    .filter(([, all]) => all.length > 0)
    .map(([what, all]) => `${all.filter((one) => one.faults.length === 0).length} of ${all.length} ${what}`)
  return said.join(', ') || 'not part of this proof'
}

function leftOver({ leftOver: risks }: Proof): Part {
  const html = `<p>Said openly: a facility that finds one of these too much can have a PostgreSQL of its own, with the same program.</p>
<dl>${risks.map((one) => `<dt>${text(one.title)}</dt><dd>${text(one.says)}${one.seen ? ` <em>${text(one.seen)}</em>` : ''}</dd>`).join('\n')}</dl>`
  return { id: 'left-over', title: 'What is left over', html }
}
