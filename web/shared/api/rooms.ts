/** Short names for the shapes of the quieter rooms: areas, staff, catalogue, insight and the public page. */
import type { components } from './schema'
import type { Point } from './types'

type Schemas = components['schemas']

export type AreaLevel = Schemas['AreaLevel']
export type Area = Schemas['AreaOut']
export type AreaPartIn = Schemas['SplitIn']['parts'][0]
export type AreaSplitIn = Schemas['SplitIn']
export type AreaMergeIn = Schemas['MergeIn']
export type AreaPatch = Schemas['AreaPatch']
/** GeoJSON has its own standard (RFC 7946), so the description leaves the properties of a boundary open. */
interface BoundaryProperties {
  code: string
  name_zh: string
  name_en: string
  level: AreaLevel | 'road'
  kind: string
  label: Point | null
}
export type Boundaries = GeoJSON.FeatureCollection<GeoJSON.Geometry, BoundaryProperties>

export type Roster = Schemas['Roster']
export type Organisation = Schemas['OrganisationItem']
export type StaffPost = Schemas['PostItem']
export type Tenure = Schemas['TenureItem']
export type TenureIn = Schemas['TenureIn']
export type AccountIn = Schemas['AccountIn']
export type NewAccount = Schemas['AccountOut']
export type Establishment = Schemas['EstablishmentItem']

export type DutyItem = Schemas['DutyOut']
export type FlowState = Schemas['FlowStateOut']
export type FlowAction = Schemas['FlowActionOut']
export type Flow = Schemas['FlowOut']
export type FlowIn = Schemas['FlowIn']
export type NoticeIn = Schemas['NoticeIn']
export type CalendarYear = Schemas['YearOut']
export type Deadline = Schemas['DeadlineOut']
export type DeadlineIn = Schemas['DeadlineIn']

export type DayRow = Schemas['DayRow']
export type Day = Schemas['DayOut']
export type GridLoad = Schemas['GridLoad']
export type TrendDay = Schemas['TrendDay']

export type PublicClass = Schemas['PublicClass']
export type Place = Schemas['PlaceOut']
export type Nearby = Schemas['Nearby']
export type PublicReportIn = Schemas['PublicReportIn']
export type PublicReceipt = Schemas['PublicReceipt']
/** Who asks about a case without an account; the server takes exactly one of the two, which a description cannot say. */
export type PublicProof = { token: string } | { phone_tail: string }
/** POST /public/reports/{number}/rating answers the new Tracking. */
export type PublicRatingIn = Schemas['PublicRatingIn'] & PublicProof
export type Tracking = Schemas['Tracking']

export type MinePass = Schemas['MinePass']
export type Mine = Schemas['Mine']
export type MineLook = Schemas['MineLook']
export type MineCorrection = Schemas['MineCorrection']
export type MineCorrectionIn = Schemas['MineCorrectionIn']
