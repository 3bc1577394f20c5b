/** All pages of a list that is small by its nature (areas, duty items, posts); never for orders. */
import { api, type Options } from './client'
import type { Page } from './types'

/** A list longer than this was not small; the rest is left to search. */
const most = 40

export async function everyPage<T>(path: string, query: Options['query'] = {}, signal?: AbortSignal): Promise<T[]> {
  const items: T[] = []
  let cursor: string | null = null
  for (let count = 0; count < most; count += 1) {
    const page: Partial<Page<T>> = await api.get<Page<T>>(path, { limit: 200, ...query, cursor }, signal)
    items.push(...(page.items ?? []))
    cursor = page.next ?? null
    if (!cursor) break
  }
  return items
}
