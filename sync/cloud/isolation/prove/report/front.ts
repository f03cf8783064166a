/** The report's first page: the verdict, the figures, what the three files are, and how to read the rest. */
import { countsOf, type Proof } from '../proof.ts'
import { text } from './markup.ts'
import type { Program } from './program.ts'

/** What is said of a report itself, beside what was found. */
export interface About {
  /** SHA-256 of the key that signs it. */
  fingerprint: string
  /** What its three files are called, without their endings. */
  name: string
  program: Program
  /** Who ran it, as given; null if nobody was named. */
  operator: string | null
}

/** A part of the report that its list of contents leads to. */
export interface Part {
  id: string
  title: string
  html: string
}

export function verdict(proof: Proof): string {
  return `<p class="verdict ${proof.ok ? 'good' : 'bad'}">${
    proof.ok
      ? 'Every attack in this catalogue was refused exactly as it must be, every barrier held alone, every fault was found, and nothing was left behind.'
      : 'Not everything is as it must be. What is wrong stands first, below.'
  }</p>`
}

export function facts(proof: Proof, { fingerprint, program, operator }: About): string {
  const counts = countsOf(proof)
  const rows: [name: string, value: string, note?: string | undefined][] = [
    ['Attacks refused exactly as expected', `${counts.refused} of ${counts.attacks}`],
    ['Barriers taken away, the others holding alone', `${counts.held} of ${counts.barriers}`],
    ['Faults injected and found by the scan', `${counts.found} of ${counts.faults}`],
    ['Left behind on the server', proof.leftBehind.length === 0 ? 'nothing' : `${proof.leftBehind.length} things`],
    [
      'Found by the scan before anything was broken',
      proof.findings.length === 0 ? 'nothing' : `${proof.findings.length}, listed below`,
    ],
    [
      'Made',
      `${proof.made.replace('T', ' ').replace(/\..*/, '')} UTC, in ${proof.seconds} seconds`,
      'by the clock of the machine that ran it',
    ],
    [
      'Run by',
      operator ?? 'not said',
      operator === null
        ? 'isolation prove --operator NAME puts a name here'
        : 'as given with --operator; nobody checked it',
    ],
    [
      'Alcove',
      program.version,
      program.commit === null
        ? undefined
        : `commit ${program.commit.replace('-dirty', ', with changes that are in no commit')}`,
    ],
    ['PostgreSQL', proof.server],
    ['Version of a facility’s schema', String(proof.facilityVersion)],
    [
      'Configuration (SHA-256)',
      proof.configuration,
      'of the program’s four roles and their attributes, the server’s version and the settings that matter here, every table and function of the catalogs that is open to everybody, the extensions, the rights on the registry, and the program’s SQL files. Two reports that agree in it were made of servers that agree in all of these. Not in it: names, addresses, the rules of who may log in from where, and customers’ facilities.',
    ],
    [
      'Signing key (SHA-256)',
      fingerprint,
      'to be compared with what you were told by another way than with this report; see below',
    ],
  ]
  return `<section><table class="facts"><tbody>${rows
    .map(
      ([name, value, note]) =>
        `<tr><th scope="row">${text(name)}</th><td>${text(value)}${note === undefined ? '' : `<small>${text(note)}</small>`}</td></tr>`,
    )
    .join('')}</tbody></table></section>`
}

export function contents(parts: readonly Part[]): string {
  const items = parts.map(({ id, title }) => `<li><a href="#${id}">${text(title)}</a></li>`)
  return `<nav aria-labelledby="contents"><h2 id="contents">Contents</h2><ol>${items.join('')}</ol></nav>`
}

export const reading: Part = {
  id: 'reading',
  title: 'How to read this',
  html: `<p>Three facilities were made for this report as any customer’s is, and filled with strings that occur nowhere else: a victim, an attacker with a valid
login of its own, and a bystander. Each attack has a <em>control</em>: the identical act succeeded for whom it is allowed to, so that the refusal is
not for a slip of the pen. Each has an <em>exact expectation</em>: what came back is compared with it, and anything else, also another refusal, counts as
failed. In everything that came back to the attacker (rows, errors, notices, headers, bodies, the gateway’s log) the victim’s strings were searched
for; and after each attack during which they did not write themselves, every row and every right of the others was compared with what was there before. Afterwards the three facilities were removed.</p>
<p>It shows what was tried, on this server, at this time, and not more. An attack that is not in the catalogue was not tried. Whether the facilities of
customers on the same server are as they must be, <code>isolation scan</code> says; this report looks at none of them, and names no machine, address or facility.</p>`,
}

/** What a reader needs to trust it, who has nothing but the files. */
export function files({ name }: About): Part {
  return {
    id: 'files',
    title: 'Three files, and how to check them',
    html: `<p>This report is three files that belong together. Hand on all three; each alone can’t be checked.</p>
<ul><li><code>${text(name)}.html</code>, this page, for people</li>
<li><code>${text(name)}.json</code>, the same for programs, with every expectation and every outcome</li>
<li><code>${text(name)}.sig</code>, the signature (Ed25519) over both, with its public key</li></ul>
<p><code>npm run cloud -- isolation verify ${text(name)}.html --key SHA256</code> says whether they are as they were signed, and by that key.</p>
<p>Take the key’s SHA-256 not from here. Anybody can write such a page and sign it with a key of their own. Ask whoever runs the server, by telephone or in a contract: <code>npm run cloud -- isolation key</code>
shows it there, and it stays the same from one report to the next. What a signature shows is who signed, and that nothing was changed since. Whoever runs the server could sign anything; to be sure, have it run while you watch.</p>`,
  }
}
