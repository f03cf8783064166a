/** The resources of a file, one after the other: a FHIR bundle, or NDJSON with a resource a line. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { Resource } from '../../domain/fhir/fhir.ts'
import { isObject, type JsonObject, NotFhir } from '../../domain/fhir/reader.ts'
import { checkSane } from '../../domain/fhir/sane.ts'
import { BrokenFile } from './broken-file.ts'
import { membersOf, type Piece, Splitter } from './splitter.ts'

export interface Arrived {
  resource: Resource
  fullUrl?: string
  /** Its place, as a path to which an element's can be added: `entry[12].resource`, `line 3`. */
  where: string
  /** Bytes of the file read so far, and all of them. */
  read: number
  size: number
}

const CHUNK = 1024 * 1024
const BUNDLES = ['transaction', 'batch', 'collection', 'searchset', 'document']

/**
 * Reads synchronously: an import is one transaction, and nothing else may happen on the connection in its midst. The
 * file is read piece by piece, so its size does not matter.
 */
export function* readFile(path: string): Generator<Arrived> {
  const file = open(path)
  try {
    const { size } = fstatSync(file)
    const splitter = new Splitter()
    const chunk = Buffer.alloc(CHUNK)
    let read = 0
    let any = false
    for (let got = readSync(file, chunk); got > 0; got = readSync(file, chunk)) {
      read += got
      for (const piece of splitter.push(chunk.subarray(0, got))) {
        any = true
        const arrived = arrivedFrom(piece)
        if (arrived) yield { ...arrived, read, size }
      }
    }
    splitter.end()
    if (!any) throw new BrokenFile('line 1', 'The file is empty.')
  } finally {
    closeSync(file)
  }
}

function open(path: string): number {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'ENOENT') throw new BrokenFile('file', 'There is no such file.')
    if (code === 'EACCES' || code === 'EPERM') throw new BrokenFile('file', 'This computer’s user may not read it.')
    throw new BrokenFile('file', 'It cannot be read.')
  }
  if (fstatSync(file).isFile()) return file
  const folder = fstatSync(file).isDirectory()
  closeSync(file)
  throw new BrokenFile('file', folder ? 'This is a folder. Name the files in it.' : 'This is not a file.')
}

function arrivedFrom(piece: Piece): Omit<Arrived, 'read' | 'size'> | undefined {
  if (piece.type === 'bundle') {
    checkBundle(piece)
    return undefined
  }
  if (piece.type === 'resource') {
    const { value, where } = piece
    if (!isObject(value) || value.resourceType !== 'Bundle') return sane(value, where, piece.members)
    // A bundle whose entries are missing: there is nothing to take in, but it is one.
    checkBundle(piece)
    return undefined
  }
  const entry = piece.value as JsonObject
  const { resource, fullUrl, ...others } = entry
  if (fullUrl !== undefined && (typeof fullUrl !== 'string' || fullUrl.length > 2000)) {
    throw new BrokenFile(`${piece.where}.fullUrl`, 'It has to be a URL.')
  }
  if (resource === undefined) {
    const deletes = isObject(others.request) && others.request.method === 'DELETE'
    throw new BrokenFile(
      piece.where,
      deletes ? 'It asks for something to be deleted, which an import does not do.' : 'It has no resource.',
    )
  }
  const outside = Object.keys(entry).length + membersOf(others) - Object.keys(others).length
  const arrived = sane(resource, `${piece.where}.resource`, piece.members - outside)
  return typeof fullUrl === 'string' ? { ...arrived, fullUrl } : arrived
}

function sane(value: Parameters<typeof checkSane>[0], where: string, members: number) {
  try {
    const checked = checkSane(value)
    if (checked.members !== members) throw new BrokenFile(where, 'It gives the same name twice in one object.')
    return { resource: checked.resource, where }
  } catch (error) {
    throw error instanceof NotFhir ? brokenAt(where, error) : error
  }
}

/** An element that is not FHIR, as its place in the file. */
export function brokenAt(where: string, { where: element, reason }: NotFhir): BrokenFile {
  const place = element === '' ? where : where.startsWith('line') ? `${where}: ${element}` : `${where}.${element}`
  return new BrokenFile(place, `It ${reason}.`)
}

function checkBundle({ value, where, members }: Piece): void {
  const bundle = value as JsonObject
  if (bundle.resourceType !== 'Bundle')
    throw new BrokenFile(where, 'This is not a FHIR bundle: its resourceType is another.')
  if (!BUNDLES.includes(String(bundle.type))) {
    throw new BrokenFile(
      `${where}: type`,
      'Only transaction, batch, collection, searchset and document bundles are taken in.',
    )
  }
  if (bundle.entry !== undefined && !Array.isArray(bundle.entry))
    throw new BrokenFile(`${where}: entry`, 'The entries of a bundle have to be a list.')
  if (membersOf(bundle) !== members) throw new BrokenFile(where, 'It gives the same name twice in one object.')
}
