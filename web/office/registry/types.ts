/** The shapes of the register as these pages read them. */
import type { Text } from '../../shared/api/types'

export type Group = 'name' | 'id' | 'phone' | 'birth' | 'address' | 'household'
export type Field = 'name' | 'sex' | 'id_no' | 'birth_date' | 'phone' | 'address'
export type Sex = 'male' | 'female' | 'unknown'
export type ResidentState = 'living' | 'died' | 'left' | 'moved' | 'merged'
export type ResidenceKind = 'living' | 'registered' | 'owning' | 'renting' | 'working' | 'staying'
export type Usage = 'owner' | 'rented' | 'group' | 'vacant' | 'shop' | 'unknown'
export type Rule = 'only' | 'verified' | 'sound' | 'agreed' | 'rank' | 'fresh' | 'first'

/** Lists that come page by page. */
export interface Page<T> { items: T[]; next: string | null }

export interface Purpose { word: string; name: Text; basis: Text; groups: Group[]; needs_about: boolean }

export interface PersonRow { id: string; name: string; sex: Sex; birth: string | null; state: ResidentState; address: string | null; area_name: Text }
export interface DwellingRow { id: string; address: string; usage: Usage; people: number; area_name: Text }
export interface BuildingRow { id: string; estate: string; name: string; area_name: Text }
export interface UnitRow { id: string; name: string; kind: string; code: string | null; address: string; dwelling: string | null; area_name: Text }
export interface Hint { text: string; note: Text }
export interface Found { kind: string; people: PersonRow[]; dwellings: DwellingRow[]; buildings: BuildingRow[]; units: UnitRow[]; more: boolean; hints: Hint[] }

export interface Measure { used: number; allowed: number }
export interface Quota { searches: Measure; looks: Measure; reveals: Measure; blocked: boolean }

export interface CardField { field: Field; group: Group | null; value: string; source: Text; said_on: string | null; rule: Rule; rivals: number; revealable: boolean }
export interface CardResidence { id: string; kind: ResidenceKind; dwelling: string; building: string; address: string; valid_from: string; valid_to: string; known_from: string; source: Text }
export interface Member { id: string; name: string; relation: string; head: boolean }
export interface CardHousehold { id: string; dwelling: string; address: string; members: Member[] }
export interface ResidentCard {
  id: string; version: number; state: ResidentState; since: string; ended_on: string | null; moved_to: Text | null; merged_into: string | null
  area: string; area_name: Text; fields: CardField[]; residences: CardResidence[]; household: CardHousehold | null
}
export interface Rival { value: string; source: Text; said_on: string | null }
export interface Origin extends Rival { field: Field; rule: Rule; rivals: Rival[] }
export interface Revealed { values: { field: Field; value: string }[]; expires_in: number; watermark: string; remaining: number }
export interface Merge { id: string; version: number; kept: string; gone: string; records: number; at: string; undone_at: string | null }

export interface Inhabitant { id: string; name: string; sex: Sex; birth: string | null; kind: ResidenceKind; valid_from: string; valid_to: string; known_from: string; source: Text; residence: string }
export interface Dwelling {
  id: string; version: number; address: string; unit: string; floor: number | null; room: string; usage: Usage; usage_at: string | null
  building: { id: string; estate: string; name: string }; area: string; area_name: Text; on: string; as_known: string
  people: Inhabitant[]; households: { id: string; version: number; head: string | null; members: { id: string; relation: string }[] }[]; units: { id: string; name: string }[]
}
export interface Flat { id: string; unit: string; floor: number | null; room: string; usage: Usage; people: number; closed_at: string | null }
export interface Building { id: string; version: number; estate: string; name: string; floors: number | null; area: string; area_name: Text; dwellings: Flat[] }

export interface Alarm { id: string; kind: string; person: string; post: Text; day: string; counted: number; allowed: number; raised_at: string; reviewed_at: string | null; reviewed_by: string | null; verdict: string | null; note: string | null }
export interface Export {
  id: string; version: number; kind: string; area: string; area_name: Text; clear: Group[]; purpose: string; reason: string; asked_at: string; asked_by: Text
  decided_at: string | null; decided_by: Text | null; decision: string | null; decision_note: string | null; taken_at: string | null; people: number | null
  needs_another: boolean; may_decide: boolean; may_take: boolean
}
export interface HandOver { id: string; version: number; resident: string; name: string; from: Text; to: Text; reason: string; address: string | null; left_on: string; asked_at: string; answered_at: string | null; answer: string | null; note: string | null; arrived: string | null }
export interface Community { code: string; name: Text; street_name: Text; opened_at: string | null; closed_at: string | null }

/** A number rounded to ten; what is below ten is not told. */
export type Cell = number | '<10'
export interface Band { from: number; to: number | null; male: Cell; female: Cell }
export interface Statistics {
  area: string; area_name: Text; on: string; counted_at: string; people: Cell; male: Cell; female: Cell; unstated: Cell; unknown_age: Cell
  households: Cell; dwellings: Cell; units: Cell; bands: Band[]; usages: { usage: Usage; count: Cell }[]
}
export interface TrendPoint { on: string; people: Cell; households: Cell }
export interface GridCount { grid: string; name: Text; people: Cell; dwellings: Cell }
export interface WindowCode { resident: string; name: string; code: string; expires_at: string; slip: string }
export interface SensitiveGroup { group: string; name: Text; on: boolean; basis: string | null; opened_at: string | null; closed_at: string | null }
