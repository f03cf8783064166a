import { randomUUID } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import type { WebContents } from 'electron'

/** Prints the page as its print styles lay it out: recovery codes, a prescription. The person picks the printer. */
export function printPage(contents: WebContents): Promise<boolean> {
  return new Promise((resolve) => contents.print({ printBackground: true }, (printed) => resolve(printed)))
}

/** Writes what would be printed to a file that the person chose, whole or not at all. */
export async function savePdf(contents: WebContents, path: string): Promise<void> {
  const bytes = await contents.printToPDF({ printBackground: true, preferCSSPageSize: true })
  const beside = `${path}.${randomUUID()}.part`
  try {
    await writeFile(beside, bytes, { flag: 'wx', mode: 0o600 })
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}
