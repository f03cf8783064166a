/** Writes a proof down: a page for people, JSON for programs, and a signature over both. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
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
  const folder = resolve(out)
  mkdirSync(folder, { recursive: true })
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
