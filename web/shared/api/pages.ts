/** All pages of a list that is small by its nature (areas, duty items, posts); never for orders. */
import { api } from './client'
import type { Item, PagedPath, Query } from './paths'

/** A list longer than this was not small; the rest is left to search. */
const most = 40

interface Page<T> { items: T[]; next: string | null }

export async function everyPage<P extends PagedPath>(path: P, query?: Omit<Query<P>, 'cursor' | 'limit'>): Promise<Item<P>[]> {
  // What PagedPath promises; the compiler cannot see it through the parameter.
  const read = api.get as unknown as (path: P, options: { query: object }) => Promise<Page<Item<P>>>
  const items: Item<P>[] = []
  let cursor: string | null = null
  for (let count = 0; count < most; count += 1) {
    const page: Page<Item<P>> = await read(path, { query: { limit: 200, ...query, cursor } })
    items.push(...page.items)
    cursor = page.next
    if (!cursor) break
  }
  return items
}
