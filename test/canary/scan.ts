/** Looks for words in the bytes of files, in every form in which a program might have left them there. */
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** A word and one of its forms, as bytes. */
interface Needle {
  word: string
  form: string
  bytes: Buffer
}

export interface Found {
  file: string
  word: string
  form: string
}

/** The forms of each word: as it is, in lower and upper case (a search index folds), in UTF-16 and in base64. */
export function needles(words: readonly string[]): Needle[] {
  return words.flatMap((word) => {
    const spellings = [...new Set([word, word.toLowerCase(), word.toUpperCase()])]
    return spellings.flatMap((text) => [
      { word, form: 'utf-8', bytes: Buffer.from(text) },
      { word, form: 'utf-16le', bytes: Buffer.from(text, 'utf16le') },
      ...[0, 1, 2].map((offset) => ({ word, form: 'base64', bytes: insideBase64(text, offset) })),
    ])
  })
}

/** Base64 of a text that stands `offset` bytes into its group of three, less the symbols that its neighbors share in. */
function insideBase64(text: string, offset: number): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)])
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString('base64')
  return Buffer.from(whole.slice(offset === 0 ? 0 : 4))
}

const CHUNK = 1 << 20

/** What is found in one file; a file that is gone meanwhile holds nothing. */
export function scanFile(file: string, wanted: readonly Needle[]): Found[] {
  const overlap = Math.max(...wanted.map(({ bytes }) => bytes.length))
  const found = new Map<Needle, Found>()
  let fd: number
  try {
    fd = openSync(file, 'r')
  } catch {
    return []
  }
  try {
    const buffer = Buffer.alloc(CHUNK + overlap)
    let kept = 0
    for (;;) {
      const read = readSync(fd, buffer, kept, CHUNK, null)
      if (read === 0) break
      const seen = buffer.subarray(0, kept + read)
      for (const needle of wanted)
        if (!found.has(needle) && seen.includes(needle.bytes))
          found.set(needle, { file, word: needle.word, form: needle.form })
      kept = Math.min(overlap, seen.length)
      seen.copy(buffer, 0, seen.length - kept)
    }
  } catch {
    // A descriptor that cannot be read so: a pipe, a terminal.
  } finally {
    closeSync(fd)
  }
  return [...found.values()]
}

/** Every file below a folder. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** The open files of a process, those too that have been deleted: SQLite deletes its temporary files once they are open. */
export function filesOpenIn(pid: number): string[] {
  try {
    const open = readdirSync(`/proc/${pid}/fd`).map((fd) => `/proc/${pid}/fd/${fd}`)
    // A pipe opened here would be read in the place of whoever it is meant for.
    return open.filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile())
  } catch {
    return []
  }
}
