/**
 * Whose archive a file is, in the open part of the age file: `-> alcove-archive 1 FACILITY ROLE`. Another program passes
 * over it; age's own header authentication covers it, so that it cannot be changed without a key that opens the file.
 */
import { type Identity, type Recipient, Stanza } from 'age-encryption'

const KIND = 'alcove-archive'
const VERSION = '1'

export interface Label {
  facility: string
  role: string
}

/** Puts the label on a file that is being written, and keeps its key until the file was read back. */
export class Labeling implements Recipient, Identity {
  readonly #label: Label
  #fileKey: Uint8Array | null = null

  constructor(label: Label) {
    this.#label = label
  }

  wrapFileKey(fileKey: Uint8Array): Stanza[] {
    this.#fileKey = Uint8Array.from(fileKey)
    const { facility, role } = this.#label
    return [new Stanza([KIND, VERSION, facility, role], new Uint8Array())]
  }

  /** Opens the file that it labeled, and no other. */
  unwrapFileKey(): Uint8Array | null {
    return this.#fileKey
  }

  forget(): void {
    this.#fileKey?.fill(0)
    this.#fileKey = null
  }
}

/** Reads the label of a file that is being opened. Opens nothing. */
export class LabelReader implements Identity {
  readonly #check: (label: Label | undefined) => void

  constructor(check: (label: Label | undefined) => void) {
    this.#check = check
  }

  unwrapFileKey(stanzas: Stanza[]): null {
    const [, version, facility = '', role = ''] = stanzas.find(({ args }) => args[0] === KIND)?.args ?? []
    this.#check(version === VERSION ? { facility, role } : undefined)
    return null
  }
}
