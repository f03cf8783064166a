/** Writes a proof down: a page for people, JSON for programs, and a signature over both. */
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { CloudError } from '../../../errors.ts'
import { REQUIREMENTS } from '../mapping.ts'
import { countsOf, type Proof } from '../proof.ts'
import { proofSigner, signFiles } from '../signing.ts'
import { htmlReport } from './html.ts'
import { thisProgram } from './program.ts'

export interface ReportFiles {
  html: string
  json: string
  signature: string
}

/** The folder of reports, made if need be. Throws CloudError `out-unwritable`. */
export function reportFolder(out: string): string {
  const folder = resolve(out)
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
    return folder
  } catch (error) {
    throw new CloudError('out-unwritable', 'The folder of --out cannot be made or written to. Choose another.', error)
  }
}

/**
 * Writes the three files into a folder, which is made if need be; the key is the state folder's. `operator` is who ran it, if
 * they want to be named.
 */
export function writeReport(
  proof: Proof,
  out: string,
  state: string,
  operator: string | null = null,
): { files: ReportFiles; fingerprint: string } {
  const signer = proofSigner(state)
  const name = `isolation-${proof.made.replace(/[-:]|\..*/g, '')}Z`
  const program = thisProgram()
  const html = htmlReport(proof, { fingerprint: signer.fingerprint, name, program, operator })
  const json = `${JSON.stringify(
    {
      format: 'alcove isolation proof 1',
      program,
      operator,
      counts: countsOf(proof),
      ...proof,
      requirements: REQUIREMENTS,
      signer: signer.fingerprint,
    },
    null,
    1,
  )}\n`
  const signature = `${JSON.stringify(signFiles(signer, { [`${name}.html`]: html, [`${name}.json`]: json }), null, 1)}\n`
  const folder = reportFolder(out)
  const files = {
    html: join(folder, `${name}.html`),
    json: join(folder, `${name}.json`),
    signature: join(folder, `${name}.sig`),
  }
  writeFileSync(files.html, html)
  writeFileSync(files.json, json)
  writeFileSync(files.signature, signature)
  return { files, fingerprint: signer.fingerprint }
}
