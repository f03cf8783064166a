/**
 * A facility's whole schema in one file that only the facility opens: sealed to its recovery code and its workstations. The
 * rows pass through this process on their way, read with the facility's own rights in one snapshot; none is ever on disk in
 * the clear, and whoever runs this holds no key to the file when it is done.
 */
import type pg from 'pg'
import { asFacility } from '../as-facility.ts'
import { asAdmin, asProvisioner, type Cluster } from '../cluster.ts'
import { CloudError, facilityBusy, isInTheWay } from '../errors.ts'
import { isVouched } from '../keys/voucher.ts'
import { noteOperatorAct } from '../operator-act.ts'
import { type Facility, findFacility, inState } from '../provision/find.ts'
import { onFacility } from '../provision/operate.ts'
import { serverLogin } from '../servers/server.ts'
import { type Draft, readSealed, writeSealed } from './file.ts'
import type { Header, Manifest } from './format.ts'
import { Labeling } from './label.ts'
import { archiveText, tablesOf } from './rows.ts'

export interface Exported {
  facility: string
  file: string
  /** Entries of the journal, and how many rows of each table. */
  entries: number
  /** The facility's last place when the snapshot was taken. */
  seq: number
  rows: Record<string, number>
  sha256: string
  /** Who can open it, beside the recovery code. */
  devices: number
  /** Holders that nobody vouched for; it is not sealed to them. */
  refused: string[]
}

/** Exports a facility. The file has its name once it was read back whole and the export is in the facility's access log. */
export async function exportFacility(cluster: Cluster, typed: string, out: string): Promise<Exported> {
  const { draft, exported } = await draftArchive(cluster, typed, out)
  try {
    await onFacility(cluster, exported.facility, ({ server, facility }) => {
      // It may have been removed while it was read.
      inState(facility, 'active', 'suspended', 'frozen')
      return noteOperatorAct(server, facility, { act: 'export', rows: exported.entries })
    })
  } catch (error) {
    await draft.drop()
    throw error
  }
  await draft.keep()
  return exported
}

/** Writes the archive aside, and reads it back. */
export async function draftArchive(
  cluster: Cluster,
  typed: string,
  out: string,
): Promise<{ draft: Draft; exported: Exported }> {
  const { facility, recipients, devices, refused } = await asProvisioner(cluster, async (client) => {
    const facility = await findFacility(client, typed)
    inState(facility, 'active', 'suspended', 'frozen')
    return { facility, ...(await recipientsOf(client, facility)) }
  })
  const labeling = new Labeling({ facility: facility.id, role: facility.role })
  try {
    const { draft, manifest, seq } = await reading(await serverLogin(cluster, facility.server), facility, (text) =>
      writeSealed(out, text, [labeling, ...recipients]),
    )
    try {
      await readBack(draft.path, labeling, manifest)
    } catch (error) {
      await draft.drop()
      throw error
    }
    const { rows, sha256 } = manifest
    const exported = {
      facility: facility.id,
      file: out,
      entries: rows.journal ?? 0,
      seq,
      rows,
      sha256,
      devices,
      refused,
    }
    return { draft, exported }
  } catch (error) {
    throw isInTheWay(error) ? facilityBusy(error) : error
  } finally {
    labeling.forget()
  }
}

/** Keys that somebody with the facility's password vouched for: an archive is sealed to no other. */
async function recipientsOf(client: pg.Client, { id, signer, recoveryKey, recoveryVoucher }: Facility) {
  const { rows } = await client.query<{ holder: string; boxKey: string; voucher: string }>(
    `select 'device ' || id as holder, box_key as "boxKey", box_voucher as voucher from registry.device
     where facility = $1 and revoked_at is null order by id`,
    [id],
  )
  const recovery = { holder: 'recovery', boxKey: recoveryKey ?? '', voucher: recoveryVoucher ?? '' }
  const all = [recovery, ...rows]
  const good = all.filter(
    ({ holder, boxKey, voucher }) => signer !== null && isVouched(signer, { facility: id, holder, boxKey }, voucher),
  )
  if (!good.includes(recovery))
    throw new CloudError(
      'no-recovery',
      'Nobody vouches for the facility’s recovery key, so that its recovery code might not open the archive. Nothing was changed.',
    )
  return {
    recipients: good.map(({ boxKey }) => boxKey),
    devices: good.length - 1,
    refused: all.filter((one) => !good.includes(one)).map(({ holder }) => holder),
  }
}

/** Reads the facility in one snapshot, with its own rights. */
async function reading(
  login: pg.ClientConfig,
  facility: Facility,
  write: (text: AsyncIterable<string>) => Promise<Draft>,
): Promise<{ draft: Draft; manifest: Manifest; seq: number }> {
  return asAdmin(login, async (client) => {
    // A server may be set to write bytes in a way of its own, and an archive has one.
    await client.query("begin isolation level repeatable read read only; set local bytea_output = 'hex'")
    const tables = await tablesOf(client, facility.schema)
    return asFacility(client, facility.role, async () => {
      const header = await headerOf(client, facility)
      let manifest: Manifest | undefined
      const draft = await write(
        archiveText(client, header, tables, (counted) => {
          manifest = counted
        }),
      )
      return { draft, manifest: manifest as unknown as Manifest, seq: header.seq }
    })
  })
}

async function headerOf(client: pg.ClientBase, { id, role, schema, version }: Facility): Promise<Header> {
  // By the snapshot that the columns are of: the registry may be behind it, or ahead.
  const { rows } = await client.query<{ epoch: string; seq: number; version: number }>(
    `select epoch, seq::float8 as seq,
       coalesce((select (value #>> '{}')::integer from ${schema}.meta where key = 'version'), $1) as version
     from ${schema}.head`,
    [version],
  )
  const head = rows[0]
  if (!head) throw new CloudError('table-missing', 'The facility’s schema is not whole: its head row is missing.')
  return {
    ...{ alcove: 'facility archive', format: 1, facility: id, schema, role },
    ...{ ...head, madeAt: new Date().toISOString() },
  }
}

async function readBack(path: string, labeling: Labeling, written: Manifest): Promise<void> {
  let read: Manifest | undefined
  for await (const piece of readSealed(path, [labeling])) if (piece.what === 'end') read = piece.manifest
  if (read?.sha256 !== written.sha256)
    throw new CloudError(
      'archive-damaged',
      'The archive is not what was written when it is read back. Is the disk failing?',
    )
}
