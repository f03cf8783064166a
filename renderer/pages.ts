import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { ApiName } from '../engine/api.ts'

interface Page<T> {
  items: readonly T[]
  next?: string | undefined
}

/**
 * A long list read page by page, first rows at once. `name` is the query's, so that a change of what it reads makes it
 * stale like any other.
 */
export function usePages<T>(name: ApiName, input: object, read: (before: string | undefined) => Promise<Page<T>>) {
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: [name, input],
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  })
  const items = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data])
  const more = () => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }
  return { items, error, loading: isPending, reading: isFetchingNextPage, more, retry: () => void refetch() }
}
