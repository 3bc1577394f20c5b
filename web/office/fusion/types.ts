/** Short names for the shapes of fusion as the server describes them. */
import type { components } from '../../shared/api/schema'

type Schemas = components['schemas']

export type Source = Schemas['SourceOut']
export type SourceIn = Schemas['SourceIn']
export type SourcePatch = Schemas['SourcePatch']
/** How claims reach whoever owns a source. */
export type Outlet = Schemas['OutletOut']

export type Batch = Schemas['SourceBatchOut']
export type BatchField = Schemas['ColumnFieldOut']

/** A pair in a list: it names nobody. */
export type ReviewRow = Schemas['ReviewOut']
export type ReviewState = ReviewRow['state']
export type Review = Schemas['ReviewDetail']
export type ReviewValue = Schemas['ReviewValue']
export type Agreement = Schemas['ReviewRow']['agrees']
export type ReviewDone = Schemas['ReviewDone']
export type Accepted = Schemas['ReviewAccepted']

/** A claim in a list: it does not say what is disputed. */
export type ClaimRow = Schemas['ClaimOut']
export type ClaimState = ClaimRow['state']
export type ClaimIn = Schemas['ClaimIn']
export type Basis = ClaimIn['basis']
export type ClaimMade = Schemas['ClaimMade']

export type CorrectionRow = Schemas['CorrectionRow']
