/** Batches of observations, as a workstation would frame them: for benches that look at the gateway's end of a push. */
import { randomUUID } from 'node:crypto'
import type { EntryBody } from '../domain/entry.ts'
import type { Workstation } from '../sync/cloud/client/workstation.ts'
import { frameBatch } from '../sync/protocol/batch.ts'

/** Writes entries at a workstation and frames them, a number of batches of a size each, one following the other. */
export function batchesOf(station: Workstation, size: number, batches: number): Buffer[] {
  return Array.from({ length: batches }, () => {
    const before = station.entries.at(-1)?.hash ?? ''
    for (let i = 0; i < size; i++) observe(station, i)
    return frameBatch(1, station.facility, station.device, before, station.entries.slice(-size))
  })
}

/** One observation more in a workstation's chain. */
export function observe(station: Workstation, i: number): void {
  station.change('observation', randomUUID(), heartRate(i))
}

/** What such an observation says. */
export function heartRate(i: number): NonNullable<EntryBody['fields']> {
  return {
    patient: randomUUID(),
    status: 'final',
    category: 'vital-signs',
    code: { system: 'http://loinc.org', code: '8867-4', display: 'Heart rate' },
    value: { value: 60 + (i % 40), unit: '/min' },
    effective: '2026-01-12T10:42:00+05:30',
  }
}
