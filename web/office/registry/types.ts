/** Short names for the shapes of the register, as the server describes them. */
import type { components } from '../../shared/api/schema'

type Schemas = components['schemas']

export type Group = Schemas['Group']
export type Field = Schemas['Field']
export type ResidenceKind = Schemas['ResidenceKind']
export type Usage = Schemas['Usage']

export type Found = Schemas['Found']
export type PersonRow = Schemas['PersonRow']
export type DwellingRow = Schemas['DwellingRow']
export type BuildingRow = Schemas['BuildingRow']
export type UnitRow = Found['units'][number]

export type ResidentCard = Schemas['Card']
export type CardField = Schemas['FieldOut']
export type CardResidence = Schemas['StayOut']
export type CardHousehold = Schemas['HouseOut']
export type Origin = Schemas['Origin']
export type Revealed = Schemas['Revealed']
export type Merge = Schemas['MergeOut']
export type WindowCode = Schemas['AccessOut']

export type Dwelling = Schemas['DwellingOut']
export type Inhabitant = Schemas['TiedOut']
/** A dwelling of a floor plan. */
export type Flat = Schemas['PlanOut']

export type Alarm = Schemas['AlarmOut']
export type Delay = Schemas['DelayOut']
export type Export = Schemas['ExportOut']
export type HandOver = Schemas['HandOverOut']
export type Community = Schemas['CommunityOut']
export type SensitiveGroup = Schemas['GroupOut']

/** A number rounded to ten; what is below ten is not told. */
export type Cell = Schemas['Rounded']
export type Band = Schemas['BandOut']
export type TrendPoint = Schemas['TrendPoint']
