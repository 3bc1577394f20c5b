/** Shapes of the quieter rooms: areas, staff, catalogue, insight and the public page. */
import type { Light, Named, OrderState, Point, PostKind, StoredFile, Text } from './types'

export type AreaLevel = 'district' | 'street' | 'community' | 'grid'
export interface Area {
  code: string
  /** What If-Match of PATCH /areas/{code} names. */
  version: number
  level: AreaLevel
  kind: 'standard' | 'employer'
  name: Text
  parent: string | null
  valid_from: string
  valid_to: string | null
  successors: string[]
}
/** POST /areas/{code}/split → 201 {items: Area[]}: the part left of the line as drawn, then the one right of it. */
export interface AreaPartIn { name: Text; kind?: Area['kind'] }
export interface AreaSplitIn { line: Point[]; parts: [AreaPartIn, AreaPartIn] }
/** POST /areas/merge → 201 {items: Area[]}: neighbouring grids of one community. */
export interface AreaMergeIn { grids: string[]; name: Text; kind?: Area['kind'] }
export interface AreaPatch { name?: Text; kind?: Area['kind'] }
export interface BoundaryProperties {
  code: string
  name_zh: string
  name_en: string
  level: AreaLevel | 'road'
  kind: string
  label: Point | null
}
export type Boundaries = GeoJSON.FeatureCollection<GeoJSON.Geometry, BoundaryProperties>

export interface Roster {
  items: { role: string; person_name: string; since: string }[]
  vacancies: { role: string; needed: number; held: number }[]
  organisations: { kind: string; name: Text | string; count: number }[]
}

export interface Organisation { id: string; kind: string; name: Text; street: string | null; parent?: string | null }
export interface StaffPost {
  id: string
  kind: PostKind
  title: Text
  area: string
  area_name: Text
  organisation: Named | null
  valid_to: string | null
  holders?: number
}
export interface Tenure {
  id: string
  post: string
  post_title?: Text
  person_name: string
  from: string
  to: string | null
}
/** POST /staff/tenures: from now on a person, named by the account, holds the post. */
export interface TenureIn { post: string; username: string }
export interface AccountIn { username: string; person_name: string }
/** The password is shown once, to be handed over, and has to be changed at the first sign-in. */
export interface NewAccount { id: string; username: string; one_time_password: string }
export interface Vacancy { area: string; area_name: Text; role: string; needed: number; held: number }
export interface Establishment { organisation: Named; kind: PostKind; quota: number; held: number }

export interface DutyItem {
  code: string
  level: 'class' | 'item' | 'sub_item'
  parent: string | null
  name: Text
  basis: string | null
  owner: Text | null
  co_owners?: Text[]
}
/** Codes: `p` 部件 or `e` 事件, two digits of the major class, two or three of the minor one. */
export interface CaseClass { code: string; name: Text; parent: string | null; kind: 'part' | 'event'; category: Text }
export interface Standard {
  id: string
  class: string
  open_condition: string
  close_condition: string
  limit: Text
  organisation: Named | null
  basis: string | null
  emergency: boolean
}
export interface FlowState { key: string; name: Text; final: boolean }
export interface FlowAction { key: string; name: Text; from: string[]; to: string; who: string[]; needs: string[] }
export interface Flow {
  key: string
  name: Text
  version: number
  effective_from?: string
  states: FlowState[]
  actions: FlowAction[]
  findings: Text[]
}
/** POST /catalogue/flows: the flow as its file says; in effect now when no moment is given. */
export interface FlowIn { flow: unknown; effective_from?: string }
export interface CalendarYear {
  year: number
  status: 'known' | 'provisional'
  edition: number
  published_at: string
  days: { date: string; name: string; off: boolean }[]
}
export interface Deadline { due_at: string; provisional: boolean; rules: string; derivation: Text[] }

/** POST /catalogue/deadline: the limit as written (`4工作时`), the start as a moment. */
export interface DeadlineIn { limit: string; start: string; rules?: string }

export interface DayRow {
  key: string
  name: Text
  reported: number
  accepted: number
  dispatched: number
  resolved: number
  closed: number
  open: number
  late: number
  on_time: { done: number; of: number }
}
export interface Day { date: string; items: DayRow[]; totals: DayRow }
export interface GridLoad { code: string; open: number; late: number }
export interface TrendDay { date: string; reported: number; closed: number; late: number }

export interface PublicClass { code: string; name: Text; icon: string }
export interface Place { name: string; area: string; point: Point }
export interface Nearby { number_masked: string; class: Text; state: OrderState; reported_at: string; metres: number }
export interface PublicReportIn {
  class: string
  point?: Point
  area?: string
  address: string
  description: string
  files: string[]
  phone?: string
}
/** `qr_svg` draws the address /p/track/{number}?token={token}. */
export interface PublicReceipt { number: string; token: string; street: Text; promise: Text; qr_svg: string }
/**
 * Photos that a slow line brings after the words: POST /public/reports/{number}/files, until the case is closed.
 * Six at most for one case, the first ones included; answers 204.
 */
export interface PublicPhotosIn { token: string; files: string[] }
/** Who asks about a case without an account: the token of the receipt or the end of the phone number left. */
export type PublicProof = { token: string } | { phone_tail: string }
export type PublicRatingIn = PublicProof & { stars: number; comment?: string }
export interface Tracking {
  number: string
  class: Text
  address: string
  state: OrderState
  state_text: Text
  steps: { text: Text; at: string }[]
  due_at: string | null
  light: Light
  responsible: Text | null
  before: StoredFile[]
  after: StoredFile[]
  /** Still open and not yet urged today. POST /public/reports/{number}/urge (PublicProof) answers the new Tracking. */
  can_urge: boolean
  can_rate: boolean
  rating: { stars: number; comment?: string | null } | null
  closed_at: string | null
  token?: string
}

export interface LedgerEntry { id: string; at: string; actor_title: Text | string | null; action: string; subject: string; leaf_index: number | null }
