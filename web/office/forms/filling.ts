/** What is being typed into a form: kept by row, saved by itself, and never lost to somebody else's saving. */
import type { AnswerRow, TypedRow } from './types'

/** Rows that differ from what was saved. */
export function changed(rows: AnswerRow[], typed: Record<string, string[]>): TypedRow[] {
  return rows.flatMap(({ row, asked }) => {
    const values = typed[row]
    if (!values || values.every((value, at) => value.trim() === (asked[at] ?? ''))) return []
    return [{ row, values: values.map((value) => value.trim()) }]
  })
}

/** What was saved over what was read: later changes are told apart from it again. */
export function settled(rows: AnswerRow[], saved: TypedRow[]): AnswerRow[] {
  const values = new Map(saved.map((one) => [one.row, one.values]))
  return rows.map((row) => ({ ...row, asked: values.get(row.row) ?? row.asked }))
}

/** Cells that are still empty on this page. */
export const openCells = (rows: AnswerRow[], typed: Record<string, string[]>) =>
  rows.reduce((count, { row, asked }) => count + (typed[row] ?? asked).filter((value) => value.trim() === '').length, 0)
