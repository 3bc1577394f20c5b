import { describe, expect, it } from 'vitest'
import { nextTick, ref } from 'vue'
import type { OrderRow } from '../shared/api/types'
import { useMarks } from '../office/inbox/marks'

const row = (id: string) => ({ id }) as OrderRow
const rows = () => ref(['a', 'b', 'c', 'd'].map(row))

describe('rows that are chosen together', () => {
  it('are chosen one by one, and let go the same way', () => {
    const selected = ref<string | null>('b')
    const marks = useMarks(rows(), selected)
    marks.mark(false)
    expect(marks.chosen.value.map(({ id }) => id)).toEqual(['b'])
    marks.mark(false)
    expect(marks.chosen.value).toEqual([])
  })

  it('are chosen up to the row in hand, upwards as well as downwards', () => {
    const selected = ref<string | null>('d')
    const marks = useMarks(rows(), selected)
    marks.mark(false)
    selected.value = 'b'
    marks.mark(true)
    expect(marks.chosen.value.map(({ id }) => id)).toEqual(['b', 'c', 'd'])
  })

  it('are no longer chosen once they left the list', async () => {
    const selected = ref<string | null>('a')
    const all = rows()
    const marks = useMarks(all, selected)
    marks.mark(false)
    all.value = [row('b')]
    await nextTick()
    expect(marks.marked.value.size).toBe(0)
  })
})
