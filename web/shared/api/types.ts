/** Short names for the shapes of orders and sessions, as the server describes them. Moments are RFC 3339 in UTC. */
import type { Query } from './paths'
import type { components } from './schema'

type Schemas = components['schemas']

export type Text = Schemas['Text']
export type Named = Schemas['OrganisationOut']
/** Longitude and latitude in degrees. */
export type Point = Schemas['PlaceOut']['point']

export type PostKind = Schemas['PostKind']
export type Post = Schemas['PostOut']
export type Session = Schemas['SessionOut']
export type SecondFactor = Schemas['TotpOut']
export type Demo = Schemas['DemoOut']

export type OrderState = Schemas['State']
export type Light = Schemas['Light']
export type Action = Schemas['Action']
export type View = NonNullable<Query<'/orders'>['view']>
export type Sort = NonNullable<Query<'/orders'>['sort']>

export type OrderRow = Schemas['OrderRowOut']
export type StoredFile = Schemas['FileOut']
export type Clock = Schemas['ClockOut']
export type ActionOffer = Schemas['ActionOffer']
export type Order = Schemas['OrderOut']
/** Whom to call, once a purpose was given. */
export type Contact = Schemas['RevealOut']
export type ClockRequest = Schemas['RequestOut']
/** A request with the case that it is about. */
export type RequestRow = Schemas['RequestRowOut']
export type Supervision = Schemas['SupervisionOut']
export type Escalation = Schemas['EscalationOut']
/** A unit that the list names for a case. */
export type Offer = Schemas['OfferOut']
export type Obligation = Schemas['ObligationOut']
export type Attendance = Schemas['AttendanceOut']
export type Ruling = Schemas['RulingOut']
export type By = Schemas['ByOut']
export type Step = Schemas['StepOut']
export type StepIn = Schemas['StepIn']
export type OrderIn = Schemas['OrderIn']
export type OrderPoint = Schemas['OrderPoint']
/** What `order` events of GET /events carry; a description of routes has no place for the data of a stream. */
export interface OrderEvent { id: string; number: string; action: string; state: OrderState; area: string; version: number }

export type ImportProblem = Schemas['ImportProblem']
export type Import = Schemas['Import']
