/** Shapes of the register of forms as the server describes them. Moments are RFC 3339 in UTC. */
import type { Text } from '../../shared/api/types'

export interface FormColumn { heading: string; field: string | null; field_name: Text | null; known: boolean; /** Asks for what is never kept about anybody. */ never: boolean }
export interface FormHeading { columns: FormColumn[]; column_count: number; known_count: number; new_count: number; rows_of: 'people' | 'grids' | 'community' }
export type FormState = 'received' | 'accepted' | 'refused'
export type Every = 'once' | 'weekly' | 'monthly' | 'quarterly' | 'yearly'
export interface FormIn {
  name: string
  issuer: string
  basis: string
  every: Every
  columns: { heading: string; field: string | null }[]
  seconds_per_cell: number | null
  age_from: number | null
  age_to: number | null
}
export interface Form {
  id: string
  version: number
  name: string
  issuer: string
  basis: string
  every: Every
  columns: FormColumn[]
  column_count: number
  known_count: number
  new_count: number
  seconds_per_cell: number
  age_from: number | null
  age_to: number | null
  state: FormState
  article: Text | null
  decided_note: string | null
  received_at: string
  decided_at: string | null
  rows: number
  minutes: number
  minutes_without: number
  minutes_saved: number
}

/** A row of a form: a resident's id, or the code of a grid or of the community. */
export interface AnswerRow {
  row: string
  /** By column; `null` where the community is asked. */
  known: (string | null)[]
  /** The values of the new columns, in their order. */
  asked: string[]
}
export interface Answers {
  form: string
  form_name: string
  community: string
  community_name: Text
  month: string
  version: number
  columns: FormColumn[]
  rows_of: 'people' | 'grids' | 'community'
  people: number
  rows: AnswerRow[]
  next: string | null
  typed: number
  filled: number
  minutes: number
  minutes_without: number
  minutes_saved: number
  finished_at: string | null
}
export interface TypedRow { row: string; values: string[] }
export interface AnswersSaved { version: number; typed: number; filled: number; people: number; minutes_saved: number; finished_at: string | null }

export interface BurdenRow {
  community: string
  community_name: Text
  forms: number
  fields: number
  known: number
  minutes: number
  minutes_without: number
  finished: number
}
export interface Burden {
  month: string
  items: BurdenRow[]
  minutes: number
  minutes_without: number
  minutes_saved: number
  refused: number
  minutes_refused: number
}
