import { randomUUID } from 'node:crypto'
import { basename } from 'node:path'
import { type BrowserWindow, dialog } from 'electron'

/** Commands of the engine that read or write a file of the person's. The page never names the file itself. */
const TAKES = { 'data.import': 'open', 'data.export': 'save', 'code.import': 'open' } as const

const FILTERS = {
  import: [{ name: 'FHIR records', extensions: ['json', 'ndjson'] }],
  codes: [{ name: 'Code list', extensions: ['csv'] }],
  export: [{ name: 'FHIR bundle', extensions: ['json'] }],
  pdf: [{ name: 'PDF', extensions: ['pdf'] }],
}

/** What the page gets of a chosen file: a token that stands for it, and a name to show. */
export interface ChosenFile {
  token: string
  name: string
}

/**
 * Files that the person chose in the system's dialog. The page gets a token and a name to show; the path goes from here
 * to the engine, so that a page gone wrong can neither read nor write a file that nobody chose.
 */
export class ChosenFiles {
  readonly #paths = new Map<string, { path: string; way: 'open' | 'save' }>()

  async choose(window: BrowserWindow, kind: 'import' | 'codes'): Promise<ChosenFile | undefined> {
    const { filePaths } = await dialog.showOpenDialog(window, { properties: ['openFile'], filters: FILTERS[kind] })
    return this.#remember(filePaths[0], 'open')
  }

  async chooseSave(window: BrowserWindow, kind: 'export' | 'pdf', name: string): Promise<ChosenFile | undefined> {
    const { filePath } = await dialog.showSaveDialog(window, { defaultPath: basename(name), filters: FILTERS[kind] })
    return this.#remember(filePath, 'save')
  }

  /** The path behind a token, once for a file to write (the choice was to replace that one file, that one time). */
  take(token: string, way: 'open' | 'save'): string | undefined {
    const chosen = this.#paths.get(token)
    if (chosen?.way !== way) return undefined
    if (way === 'save') this.#paths.delete(token)
    return chosen.path
  }

  /** Puts the path where the page put a token. Answers undefined when the token is not one of ours. */
  resolve(name: string, input: unknown): { input: unknown } | undefined {
    // Where a backup goes when it is not told: a page gone wrong must not be able to tell.
    if (name === 'backup.create') return isObject(input) && 'into' in input ? undefined : { input }
    if (!Object.hasOwn(TAKES, name)) return { input }
    if (!isObject(input) || !('path' in input) || typeof input.path !== 'string') return undefined
    const path = this.take(input.path, TAKES[name as keyof typeof TAKES])
    return path === undefined ? undefined : { input: { ...input, path } }
  }

  /** Forgets every choice: they belong to the session that ended. */
  forget(): void {
    this.#paths.clear()
  }

  #remember(path: string | undefined, way: 'open' | 'save'): ChosenFile | undefined {
    if (!path) return undefined
    const token = `file:${randomUUID()}`
    this.#paths.set(token, { path, way })
    return { token, name: basename(path) }
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
