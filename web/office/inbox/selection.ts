/** The row in hand: which one, whether its drawer is open, and the case behind it once somebody stops there. */
import { computed, onBeforeUnmount, ref, watch, type Ref } from 'vue'
import type { OrderRow } from '../../shared/api/types'
import { useOrder, useOrderCache } from '../orders/order-data'

interface List { rows: Ref<OrderRow[]>; places: Ref<Map<string, number>>; tidy: () => void }

/** Rows that pass by in a run are not read. */
const stopped = 90

export function useSelection(selected: Ref<string | null>, list: List) {
  const cache = useOrderCache()
  const open = ref(selected.value !== null)
  const index = computed(() => (selected.value ? (list.places.value.get(selected.value) ?? -1) : -1))
  const row = computed(() => list.rows.value[index.value] ?? null)
  const reading = ref(selected.value)
  const detail = useOrder(computed(() => (open.value ? reading.value : null)))
  const order = computed(() => (detail.data.value?.id === selected.value ? detail.data.value : null))
  // A case opened by its address may lie beyond the rows that are here.
  const shown = computed(() => row.value ?? order.value)

  let pause: ReturnType<typeof setTimeout> | undefined
  watch(selected, (id) => {
    clearTimeout(pause)
    pause = setTimeout(() => {
      reading.value = id
      const next = list.rows.value[index.value + 1]
      if (next && open.value) cache.prefetch(next.id)
    }, stopped)
  })
  onBeforeUnmount(() => clearTimeout(pause))

  function select(id: string, show = open.value) {
    selected.value = id
    if (show && !open.value) {
      open.value = true
      reading.value = id
    }
    list.tidy()
  }
  function move(by: number | 'first' | 'last') {
    const last = list.rows.value.length - 1
    const to = by === 'first' ? 0 : by === 'last' ? last : Math.min(Math.max(index.value + by, 0), last)
    const target = list.rows.value[to]
    if (target) select(target.id)
  }
  /** Goes on when the row in hand has been dealt with. */
  function goOn() {
    const next = list.rows.value[index.value + 1] ?? list.rows.value[index.value - 1]
    selected.value = next?.id ?? null
    if (!next) open.value = false
    list.tidy()
  }
  function clear() {
    selected.value = null
    open.value = false
  }
  return { open, index, shown, reading, detail, order, select, move, goOn, clear }
}
