/** `cloud isolation`: whether facilities are kept apart, tried and compared. */
import { CloudError } from '../errors.ts'
import { key, prove, verify } from './isolation-prove.ts'
import { scanServers } from './isolation-scan.ts'

export const help = `npm run cloud -- isolation scan (--data DIR | --database-url URL) [--accept CODE]
npm run cloud -- isolation prove (--data DIR | --database-url URL) [--out DIR] [--operator NAME]
npm run cloud -- isolation verify FILE [--key SHA256]
npm run cloud -- isolation key (--data DIR | --state DIR)

scan     compares every role, right, policy and setting, and the server's version, with what they must be, for every
         facility on every server. It changes nothing. Ends with 1 if anything differs, naming it.
prove    makes three throw-away facilities, attacks one from another in every way its catalogue has, takes each barrier away
         on purpose, breaks the configuration in every way the scan must find, and writes a signed report: a page for people,
         JSON for programs. It touches no other facility and leaves nothing behind; a few minutes. Ends with 1 if anything
         is not as it must be.
verify   checks that a report is as it was signed, and says by which key. FILE is any of its three files (.html, .json, .sig),
         which have to lie together.
key      the SHA-256 of the key that signs reports here. Tell it to whoever gets one by another way than with it.

  --data DIR           the folder that was given to \`start\`
  --database-url URL   a PostgreSQL of your own, with an administrator's login (or ALCOVE_DATABASE_URL)
  --state DIR          the gateway's folder, if another one was given to \`start\`
  --accept CODE        warnings of this code are said and do not count; what is critical always does. May be given several times
  --out DIR            where the report goes (./isolation-report)
  --operator NAME      who ran it, if the report shall say so; nobody is named otherwise
  --key SHA256         only if that key signed it
  --json               one JSON object on stdout, and nothing else`

const ACTS: Record<string, (args: string[]) => Promise<void>> = { scan: scanServers, prove, verify, key }

export async function isolation(args: string[]): Promise<void> {
  const at = args.findIndex((arg) => Object.hasOwn(ACTS, arg))
  const act = ACTS[args[at] ?? '']
  if (!act) throw new CloudError('bad-arguments', `Say one of: ${Object.keys(ACTS).join(', ')}. More with --help.`)
  await act([...args.slice(0, at), ...args.slice(at + 1)])
}
