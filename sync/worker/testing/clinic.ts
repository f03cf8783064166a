/** A real encrypted database with a journal and the engine's own outbox, small enough to be made for every run of a property. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Database } from '../../../engine/database.ts'
import { Journal } from '../../../engine/journal.ts'
import { migrate } from '../../../engine/migrations/migrate.ts'
import { admitEnrollment, EngineOutbox, syncStatus } from '../../../engine/outbox.ts'
import { newDeviceKeys } from '../../protocol/batch.ts'
import type { ModelGateway } from './model-gateway.ts'

export class TestClinic {
  readonly device = randomBytes(8).toString('hex')
  readonly #dir = mkdtempSync(join(tmpdir(), 'alcove-worker-'))
  readonly db = Database.open(join(this.#dir, 'clinic.db'), randomBytes(32))
  readonly journal: Journal
  readonly outbox: EngineOutbox

  constructor() {
    migrate(this.db)
    this.journal = new Journal(this.db, this.device)
    this.outbox = new EngineOutbox(this.db, this.journal)
  }

  write(count: number, text = 'x'.repeat(200)): void {
    this.db.immediate(() => {
      for (let at = 0; at < count; at++)
        this.journal.append({
          kind: 'change',
          author: 'u',
          record: 'patient',
          id: 'p',
          fields: { note: text },
          base: [],
        })
    })
  }

  /** Lets the next enrollment in, as the command `sync.enroll` does. */
  admit(): void {
    admitEnrollment(this.db, 'admin', Date.now())
  }

  /** Joins the model without going over a wire. */
  async join(model: ModelGateway, url = 'https://127.0.0.1:1', pin = 'ab'.repeat(32)): Promise<void> {
    const { publicKey, privateKey } = newDeviceKeys()
    const secret = randomBytes(32).toString('base64url')
    model.devices.set(this.device, { publicKey, secret, refused: [], hashes: [] })
    this.admit()
    const { facility, epoch } = model
    await this.outbox.enrolled({ url, pin, facility, epoch, device: this.device, secret, privateKey })
  }

  /** Every entry there is, in order. */
  entries(): { dseq: number; hash: string }[] {
    return this.db.all('select dseq, hash from journal where device = ? order by dseq', [this.device])
  }

  status() {
    return syncStatus(this.db, this.device)
  }

  close(): void {
    this.db.close()
    rmSync(this.#dir, { recursive: true, force: true })
  }
}
