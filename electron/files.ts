import { randomUUID } from 'node:crypto'
import { basename } from 'node:path'
import { type BrowserWindow, dialog } from 'electron'

type Way = 'open' | 'save' | 'folder'

/** Commands of the engine that read or write a file of the person's, and where they take it. The page never names it itself. */
const TAKES: Readonly<Record<string, { field: string; way: Way }>> = {
  'data.import': { field: 'path', way: 'open' },
  'data.export': { field: 'path', way: 'save' },
  'access.export': { field: 'path', way: 'save' },
  'code.import': { field: 'path', way: 'open' },
  'backup.create': { field: 'into', way: 'folder' },
}

const FILTERS = {
  import: [{ name: 'FHIR records', extensions: ['json', 'ndjson'] }],
  codes: [{ name: 'Code list', extensions: ['csv'] }],
  export: [{ name: 'FHIR bundle', extensions: ['json'] }],
  access: [
    { name: 'Table', extensions: ['csv'] },
    { name: 'JSON', extensions: ['json'] },
  ],
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
  readonly #paths = new Map<string, { path: string; way: Way }>()

  async choose(window: BrowserWindow, kind: 'import' | 'codes'): Promise<ChosenFile | undefined> {
    const { filePaths } = await dialog.showOpenDialog(window, { properties: ['openFile'], filters: FILTERS[kind] })
    return this.#remember(filePaths[0], 'open')
  }

  async chooseSave(
    window: BrowserWindow,
    kind: 'export' | 'access' | 'pdf',
    name: string,
  ): Promise<ChosenFile | undefined> {
    const { filePath } = await dialog.showSaveDialog(window, { defaultPath: basename(name), filters: FILTERS[kind] })
    return this.#remember(filePath, 'save')
  }

  /** A folder to write a backup into. */
  async chooseFolder(window: BrowserWindow): Promise<ChosenFile | undefined> {
    const { filePaths } = await dialog.showOpenDialog(window, { properties: ['openDirectory', 'createDirectory'] })
    return this.#remember(filePaths[0], 'folder')
  }

  /** The path behind a token, once for what is written (the choice was to write there that one time). */
  take(token: string, way: Way): string | undefined {
    const chosen = this.#paths.get(token)
    if (chosen?.way !== way) return undefined
    if (way !== 'open') this.#paths.delete(token)
    return chosen.path
  }

  /** Puts the path where the page put a token. Answers undefined when the token is not one of ours. */
  resolve(name: string, input: unknown): { input: unknown } | undefined {
    const takes = Object.hasOwn(TAKES, name) ? TAKES[name] : undefined
    if (!takes) return { input }
    if (!isObject(input)) return undefined
    const token = input[takes.field]
    const path = typeof token === 'string' ? this.take(token, takes.way) : undefined
    return path === undefined ? undefined : { input: { ...input, [takes.field]: path } }
  }

  /** Forgets every choice: they belong to the session that ended. */
  forget(): void {
    this.#paths.clear()
  }

  #remember(path: string | undefined, way: Way): ChosenFile | undefined {
    if (!path) return undefined
    const token = `file:${randomUUID()}`
    this.#paths.set(token, { path, way })
    // The root of a disk (`E:\\`) has no last part.
    return { token, name: basename(path) || path }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
