/** Why a file cannot be taken in: where it is broken, and a sentence about it that quotes nothing of what it says. */
export class BrokenFile extends Error {
  readonly where: string
  readonly reason: string
  constructor(where: string, reason: string) {
    super(`${where}: ${reason}`)
    this.where = where
    this.reason = reason
  }
}
