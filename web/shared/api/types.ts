/** Shapes on the wire, as docs/openapi.json describes them. Moments are RFC 3339 in UTC. */

export interface Text { zh: string; en: string }
export interface Named { id: string; name: Text }
export type Point = [lon: number, lat: number]
export interface Page<T> { items: T[]; next: string | null; now: string }

export type PostKind =
  | 'desk' | 'chief' | 'handler' | 'department_head' | 'grid_worker' | 'community_head'
  | 'clerk' | 'steward' | 'leader' | 'auditor' | 'admin' | 'inspector'

export interface Post {
  id: string
  kind: PostKind
  title: Text
  area: string
  area_name: Text
  organisation: Named | null
  valid_to: string | null
}

export interface Session {
  account: { id: string; username: string; person_name: string; totp: boolean }
  post: Post | null
  posts: Post[]
  rights: string[]
  expires_at: string
}

export interface DemoAccount { username: string; kind: PostKind; title: Text; area_name: Text }
export interface Demo { accounts: DemoAccount[]; passwords_file: string }

export type OrderState =
  | 'reported' | 'accepted' | 'rejected' | 'dispatched' | 'handling'
  | 'resolved' | 'verified' | 'closed' | 'cancelled'
export type Light = 'normal' | 'soon' | 'late' | 'paused' | 'none'
export type ClockKind = 'acceptance' | 'dispatch' | 'handling' | 'verification'
export type OrderSource = 'resident' | 'desk' | 'grid' | 'import'
export type Action =
  | 'accept' | 'reject' | 'dispatch' | 'recall' | 'sign' | 'return' | 'resolve'
  | 'verify' | 'rework' | 'close' | 'reopen' | 'cancel' | 'self_resolve'
export type Need = 'note' | 'reason' | 'files' | 'standard' | 'organisation'
export type View =
  | 'to_accept' | 'to_dispatch' | 'to_handle' | 'to_verify' | 'to_close' | 'returned'
  | 'late' | 'soon' | 'watching' | 'mine' | 'all_open' | 'closed'

export interface OrderRow {
  id: string
  number: string
  state: OrderState
  source: OrderSource
  class: { code: string; name: Text }
  summary: string
  address: string
  area: string
  area_name: Text
  point: Point | null
  reported_at: string
  due_at: string | null
  light: Light
  clock: ClockKind | null
  /** Working minutes until due (negative when late); only for clocks that count working time. */
  working_minutes_left?: number | null
  organisation: Named | null
  urgent: boolean
  photos: number
  version: number
  stars: number | null
}

export interface StoredFile { id: string; media_type: string; width: number; height: number; bytes: number }
export type OrderFile = StoredFile & { role: 'before' | 'after' }

export interface Clock {
  clock: ClockKind
  name: Text
  started_at: string
  due_at: string | null
  stopped_at: string | null
  paused: boolean
  overdue: boolean
  provisional: boolean
  derivation: Text[]
}

export interface Suggestion { standard_id: string; organisation: Named; due_at: string; reason: Text }
export interface ActionOffer { action: Action; name: Text; needs: Need[] }

export interface Order extends OrderRow {
  description: string
  contact: { has: boolean; phone_masked: string | null }
  standard: {
    id: string
    open_condition: string
    close_condition: string
    limit: Text
    organisation: Named | null
    basis: string | null
  } | null
  actions: ActionOffer[]
  clocks: Clock[]
  files: OrderFile[]
  suggestion: Suggestion | null
  watching: boolean
  rating: { stars: number; comment: string | null; rated_at: string } | null
  similar: OrderRow[]
  /** Draws the address of the case's own page; for the slip. */
  qr_svg?: string | null
}

export interface By { title: Text; organisation: Text | null }
export interface Step {
  id: string
  action: Action | 'report' | 'rate'
  name: Text
  from: OrderState | null
  to: OrderState
  at: string
  by: By | null
  note: string | null
  files: StoredFile[]
}
export interface Comment { id: string; text: string; at: string; by: By }

export interface StepIn {
  action: Action
  note?: string
  reason?: string
  standard_id?: string
  organisation_id?: string
  files?: string[]
}

export interface OrderIn {
  class: string
  point?: Point
  area?: string
  address: string
  description: string
  urgent?: boolean
  files?: string[]
  contact?: { name?: string; phone?: string }
}

export interface OrderPoint { id: string; lon: number; lat: number; state: OrderState; light: Light }
export interface OrderEvent { id: string; number: string; action: string; state: OrderState; area: string; version: number }

export interface ImportProblem { row: number; column: string; value: string; reason: string }
export interface Import {
  accepted: number
  problems: ImportProblem[]
  dry_run: boolean
  added?: number
  changed?: number
  retired?: number
}
