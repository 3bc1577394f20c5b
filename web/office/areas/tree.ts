/** The tree of areas: children are fetched when a branch is opened, the code says where an area hangs. */
import { computed, reactive, ref } from 'vue'
import { useQueryClient } from '@tanstack/vue-query'
import { everyPage } from '../../shared/api/pages'
import type { Area, AreaLevel } from '../../shared/api/rooms'

/** Lengths of codes from the district down to a grid. */
const lengths = [6, 9, 12, 15]

/** Codes of the areas above, the highest first. */
export const above = (code: string) => lengths.filter((length) => length < code.length).map((length) => code.slice(0, length))

export interface TreeRow { area: Area; depth: number; open: boolean; leaf: boolean }

export function useTree() {
  const queries = useQueryClient()
  const children = reactive(new Map<string, Area[]>())
  const open = reactive(new Set<string>())
  const loading = ref(true)
  const problem = ref<unknown>(null)
  const roots = ref<Area[]>([])

  const fetch = (query: { level?: AreaLevel; parent?: string }) =>
    queries.fetchQuery({ queryKey: ['areas', query], queryFn: () => everyPage('/areas', query), staleTime: 300_000 })

  async function start() {
    loading.value = true
    problem.value = null
    try {
      roots.value = await fetch({ level: 'district' })
      for (const root of roots.value) await expand(root.code)
    } catch (error) {
      problem.value = error
    }
    loading.value = false
  }
  async function expand(code: string) {
    if (!children.has(code)) children.set(code, await fetch({ parent: code }))
    open.add(code)
  }
  async function toggle(code: string) {
    if (open.has(code)) open.delete(code)
    else await expand(code).catch((error: unknown) => (problem.value = error))
  }
  /** Opens all branches above an area, so that its row can be seen. */
  async function reveal(code: string) {
    for (const parent of above(code)) await expand(parent).catch(() => undefined)
  }
  async function refresh() {
    await queries.invalidateQueries({ queryKey: ['areas'] })
    const opened = [...open]
    children.clear()
    open.clear()
    for (const code of opened) await expand(code).catch(() => undefined)
  }

  const rows = computed<TreeRow[]>(() => {
    const found: TreeRow[] = []
    const walk = (areas: Area[], depth: number) => {
      for (const area of areas) {
        const isOpen = open.has(area.code)
        found.push({ area, depth, open: isOpen, leaf: area.level === 'grid' })
        if (isOpen) walk(children.get(area.code) ?? [], depth + 1)
      }
    }
    walk(roots.value, 0)
    return found
  })

  return { rows, open, children, loading, problem, start, expand, toggle, reveal, refresh }
}
