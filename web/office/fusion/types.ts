/** Shapes of fusion as the server describes them. Moments are RFC 3339 in UTC. */
import type { Text } from '../../shared/api/types'

export interface Page<T> { items: T[]; next: string | null }

export interface Source {
  id: string
  version: number
  key: string
  name: Text
  owner: string
  rank: number
  fields: string[]
  purpose: string
  basis: string
  pull_url: string | null
  mapping: Record<string, string>
  opened_at: string
  expires_at: string
  closed_at: string | null
  in_force: boolean
}
export interface SourceIn {
  key: string
  name: Text
  owner: string
  rank: number
  fields: string[]
  purpose: string
  basis: string
  pull_url: string | null
  expires_at: string
}

export type BatchState = 'received' | 'running' | 'done' | 'failed'
export interface BatchField { field: string; name: Text; needed: boolean; /** Whether the contract of the source covers it. */ covered: boolean }
/** How many of the first rows have one fault. */
export interface RowCheck { text: Text; rows: number; of: number }
export interface Batch {
  id: string
  version: number
  source: string
  source_name: Text
  name: string
  state: BatchState
  bytes: number
  stage: string
  done: number
  total: number
  rejected: number
  unplaced: number
  unchanged: number
  joined: number
  opened: number
  for_review: number
  problem: Text | null
  heading: string[]
  mapping: Record<string, string>
  guessed: Record<string, string>
  fields: BatchField[]
  sample: string[][]
  checks: RowCheck[]
  received_at: string
  started_at: string | null
  finished_at: string | null
}

export type ReviewState = 'waiting' | 'same' | 'distinct' | 'field' | 'later'
/** A pair in a list: it names nobody. */
export interface ReviewRow {
  id: string
  version: number
  weight: number
  likely: Text
  state: ReviewState
  state_name: Text
  batch: string
  batch_name: string
  source: string
  source_name: Text
  area: string
  area_name: Text
  order: string | null
  bulk: boolean
  audit: 'asked' | 'right' | 'wrong' | null
  decided_at: string | null
  decided_by: Text | null
}
export interface ReviewValue { value: string; source: Text; said_on: string | null; rivals: number }
export type Agreement = 'same' | 'near' | 'differs' | 'missing'
export interface ReviewLine { field: string; name: Text; own: ReviewValue | null; other: ReviewValue | null; agrees: Agreement }
export interface ReviewReason { compared: Text; found: Text; weight: number }
export interface ReviewPreview { field: string; name: Text; value: string; source: Text; said_on: string | null; rule_name: Text; rivals: number }
export interface ReviewSide { id: string; state: string; state_name: Text; records: number; since: string }
export interface ReviewDecision { decision: ReviewState; decision_name: Text; at: string; by: Text | null; bulk: boolean; order: string | null; undone_at: string | null }
export interface Review extends ReviewRow {
  own: ReviewSide
  other: ReviewSide
  are_one: boolean
  rows: ReviewLine[]
  prior: number
  steps: ReviewReason[]
  preview: ReviewPreview[]
  decisions: ReviewDecision[]
  next: string | null
}
export interface ReviewDone extends ReviewRow { next: string | null }
export interface ReviewPage extends Page<ReviewRow> { waiting: number }
export interface Accepted { accepted: number; skipped: number; sampled: number; more: boolean }
/** Shares in hundredths of a per cent. */
export interface AuditPage extends Page<ReviewRow> {
  accepted: number
  sampled: number
  audited: number
  wrong: number
  error_share: number | null
  error_from: number | null
  error_to: number | null
}

export type ClaimState = 'open' | 'sent' | 'accepted' | 'refused' | 'closed'
export type Basis = 'door' | 'document' | 'resident' | 'order'
export interface ClaimIn { field: string; value: string; basis: Basis; note: string | null }
export interface ClaimMade { id: string; number: string; source: string; due_at: string }
/** A claim in a list: it does not say what is disputed. */
export interface ClaimRow {
  id: string
  version: number
  number: string
  source: string
  source_name: Text
  resident: string
  field: string
  field_name: Text
  basis: Basis
  basis_name: Text
  state: ClaimState
  state_name: Text
  area: string
  area_name: Text
  made_at: string
  made_by: Text | null
  due_at: string
  late: boolean
  sent_at: string | null
  answered_at: string | null
  closed_at: string | null
}
export interface Claim extends ClaimRow {
  said: string
  should_be: string
  note: string | null
  answer: string | null
  law: Text
  within: string
  tries: number | null
  problem: string | null
}
/** How claims reach whoever owns a source. */
export interface Outlet { id: string; source: string; push_url: string | null; system_id: string | null; set_at: string }

export interface CorrectionRow {
  id: string
  version: number
  number: string
  kind: 'correction' | 'question'
  kind_name: Text
  resident: string
  field: string | null
  field_name: Text | null
  asked_at: string
  due_at: string
  late: boolean
  answered_at: string | null
  outcome: string | null
  outcome_name: Text | null
}
export interface Correction extends CorrectionRow {
  resident_name: string
  value: string | null
  text: string
  stands: { value: string; source: Text; said_on: string | null; rule: Text; rivals: number } | null
  look: {
    at: string
    how_name: Text
    office: Text | null
    post: Text | null
    person: string | null
    purpose: Text | null
    about: string | null
    reason: string | null
    fields: Text[]
  } | null
  answer: string | null
  answered_by: Text | null
}
