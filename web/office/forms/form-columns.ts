/** Columns of a form as a person reviewed them: a guess may be taken back, and then the column is asked for. */
import type { FormColumn } from './types'

type Asked = Record<string, boolean>

export function countColumns(columns: FormColumn[], asked: Asked = {}) {
  const known = columns.filter((column) => column.known && !asked[column.heading]).length
  return { all: columns.length, known, asked: columns.length - known, never: columns.filter((column) => column.never).length }
}

/** As the server takes them: the field that answers, or `new`. */
export const askedColumns = (columns: FormColumn[], asked: Asked) =>
  columns.map(({ heading, field, known }) => ({ heading, field: known && !asked[heading] ? field : 'new' }))
