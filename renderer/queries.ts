/** Hooks over `api`: what a screen reads, what it does, and how the one makes the other fresh. */
import { type Query, QueryClient, useMutation, useQuery } from '@tanstack/react-query'
import type { Api, ApiName } from '../engine/api.ts'
import { api } from './api.ts'
import type { CallInput, CallName, CallValue } from './window.d.ts'

/**
 * Which kinds of record a query reads. A change of one of them makes the query stale; `*` is any change at all.
 * A query that is missing here is read once and kept until its screen is left.
 */
const READS: Partial<Record<ApiName, readonly string[]>> = {
  'patient.search': ['patient'],
  'patient.today': ['encounter', 'patient'],
  'patient.duplicates': ['patient'],
  'patient.get': ['patient'],
  'chart.get': ['*'],
  'chart.timeline': ['*'],
  'chart.results': ['diagnostic_report', 'observation'],
  'chart.record': ['*'],
  // Which codes are favorites changes with every diagnosis; a new list adds to what is found.
  'code.search': ['condition', 'code'],
  'medication.check': ['allergy_intolerance', 'medication_request'],
  'observation.latest': ['observation'],
  'observation.trend': ['observation'],
  'visit.get': ['encounter', 'observation', 'condition', 'medication_request', 'composition'],
  'practitioner.list': ['practitioner'],
  'user.list': ['user'],
  'activity.list': ['*'],
  'sync.status': ['*'],
  'sync.waiting': ['*'],
}

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // The engine is in this machine. The browser's idea of being offline has nothing to do with it.
      networkMode: 'always',
      retry: false,
      staleTime: Number.POSITIVE_INFINITY,
      // What a screen showed is forgotten soon after the screen is left.
      gcTime: 60_000,
      refetchOnWindowFocus: false,
    },
    mutations: { networkMode: 'always', retry: false },
  },
})

/** Keeps what is on the screen in step with the records. Call once; returns the way to stop. */
export function followEngine(): () => void {
  const stopRecords = window.alcove.on('records.changed', ({ kinds }) => void refresh(kinds))
  const stopSync = window.alcove.on('sync.status', (status) => {
    queries.setQueryData(['sync.status', {}], status)
    for (const name of ['sync.waiting', 'access.status', 'access.list']) {
      void queries.invalidateQueries({ queryKey: [name] })
    }
  })
  return () => {
    stopRecords()
    stopSync()
  }
}

/** Reads again whatever on the screen shows one of these kinds. */
export async function refresh(kinds: readonly string[]): Promise<void> {
  const predicate = ({ queryKey: [name] }: Query) => {
    const reads = READS[name as ApiName] ?? []
    return reads.includes('*') || reads.some((kind) => kinds.includes(kind))
  }
  // A first answer that is still on its way may have been read before the change. The library would wait for it and
  // take it for fresh, so it is given up and asked for again.
  await queries.cancelQueries({ predicate: (query) => query.state.data === undefined && predicate(query) })
  await queries.invalidateQueries({ predicate })
}

interface Options {
  /** False while the question makes no sense yet (a search before two letters). */
  enabled?: boolean
  /** Keeps the last answer on the screen while a new one is read, so that nothing jumps. */
  keep?: boolean
}

/** Reads from the engine, and reads again when a record it depends on changes. */
export function useApi<N extends keyof Api>(
  name: N,
  input: CallInput<N>,
  { enabled = true, keep = false }: Options = {},
) {
  return useQuery<CallValue<N>>({
    queryKey: [name, input],
    queryFn: () => api(name, input),
    enabled,
    // React Query's type for a placeholder excludes functions as data; our data are never functions.
    ...(keep ? { placeholderData: ((previous: unknown) => previous) as never } : {}),
  })
}

/** Something a person does. `run` rejects with `Refused`; `error` holds the same for an `ErrorNote`. */
export function useCommand<N extends CallName>(name: N) {
  const { mutateAsync, isPending, error, reset } = useMutation({
    mutationFn: (input: CallInput<N>) => api(name, input),
  })
  return { run: mutateAsync, busy: isPending, error, reset }
}
