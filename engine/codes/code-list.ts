/** Code lists: the one that is shipped, and full ones that a clinic loads. Loading never takes anything away. */
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { CsvError, type Info, parse } from 'csv-parse'
import type { Database } from '../database.ts'
import { AlcoveError } from '../errors.ts'
import { ICD10_OUTPATIENT, LIST_VERSION } from './icd10-outpatient.ts'

/** Takes in the list that is shipped, if this clinic does not have it yet. */
export function ensureShipped(db: Database): void {
  const version = db.get<{ value: string }>(VERSION)?.value
  if (Number(version ?? 0) >= LIST_VERSION) return
  db.immediate(() => {
    for (const { code, display, synonyms, common } of ICD10_OUTPATIENT)
      db.run(SHIP, ['icd10', code, display, synonyms, common])
    db.run(SET_VERSION, [String(LIST_VERSION)])
  })
}

/** Lines of a file that are read before they are written, so that memory does not grow with the file. */
const LIMIT = 500_000
const LONGEST_CODE = 40
const LONGEST_DISPLAY = 1000

/**
 * Loads a list from a CSV file with the columns `code` and `display`: all of it or, if a line is broken, none. What is
 * called otherwise in the shipped list keeps both names.
 */
export async function loadCodes(db: Database, system: string, path: string): Promise<{ codes: number }> {
  const rows = await readCsv(path)
  if (rows.length === 0) throw new AlcoveError('import-broken', 'The file has no codes. Nothing was changed.')
  ensureShipped(db)
  db.immediate(() => {
    for (const [code, display] of rows) db.run(LOAD, [system, code, display])
    db.run(`insert into code_text (code_text) values ('optimize')`)
  })
  return { codes: rows.length }
}

/** All of the file is read before anything is written: a transaction cannot wait for a disk. */
async function readCsv(path: string): Promise<[code: string, display: string][]> {
  const rows: [string, string][] = []
  const parser = parse({
    bom: true,
    columns: columnsOf,
    skip_empty_lines: true,
    trim: true,
    info: true,
    max_record_size: 100_000,
  })
  try {
    await pipeline(createReadStream(path), parser, async (lines: AsyncIterable<Line>) => {
      for await (const { record, info } of lines) {
        const { code, display } = record
        const wrong = !code || !display || code.length > LONGEST_CODE || display.length > LONGEST_DISPLAY
        if (wrong) throw broken(info.lines, 'it needs a code and a display.')
        if (rows.length >= LIMIT) throw broken(info.lines, `a list may have at most ${LIMIT} codes.`)
        rows.push([code, display])
      }
    })
  } catch (error) {
    throw asBroken(error)
  }
  return rows
}

interface Line {
  record: { code?: string; display?: string }
  info: Info
}

function columnsOf(header: string[]): string[] {
  const names = header.map((name) => name.trim().toLowerCase())
  if (names.includes('code') && names.includes('display')) return names
  throw broken(1, 'it has to name the columns: code,display.')
}

function broken(line: number, what: string): AlcoveError {
  return new AlcoveError('import-broken', `Line ${line} of the file: ${what} Nothing was changed.`, {
    where: `line ${line}`,
  })
}

function asBroken(error: unknown): unknown {
  // By its class: not every code of csv-parse begins with CSV_.
  if (error instanceof CsvError) return broken(Number(error.lines ?? 1), 'it is not CSV as it should be.')
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOENT') return new AlcoveError('import-broken', 'There is no such file.')
  if (code === 'EISDIR') return new AlcoveError('import-broken', 'This is a folder. Name the file in it.')
  if (code === 'EACCES') return new AlcoveError('import-broken', 'This computer’s user may not read the file.')
  return error
}

const VERSION = `select value from meta where key = 'codes-shipped'`
const SET_VERSION = `
  insert into meta (key, value) values ('codes-shipped', ?) on conflict (key) do update set value = excluded.value`
const SHIP = `
  insert into code (system, code, display, synonyms, common) values (?, ?, ?, ?, ?)
  on conflict (system, code) do update
  set synonyms = excluded.display || ' ' || excluded.synonyms, common = excluded.common`
const LOAD = `
  insert into code (system, code, display) values (?, ?, ?)
  on conflict (system, code) do update
  set synonyms = iif(code.common and display <> excluded.display, display || ' ' || synonyms, synonyms),
      display = excluded.display
  where display <> excluded.display`
