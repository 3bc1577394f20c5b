/** Short names for the shapes of the register of forms as the server describes them. */
import type { components } from '../../shared/api/schema'

type Schemas = components['schemas']

export type FormColumn = Schemas['FormColumn']
export type FormHeading = Schemas['FormHeading']
export type Form = Schemas['FormOut']
export type FormIn = Schemas['FormIn']
export type FormState = Form['state']
export type Every = FormIn['every']
/** A row of a form: a resident's id, or the code of a grid or of the community. */
export type AnswerRow = Schemas['AnswerRow']
export type TypedRow = Schemas['TypedRow']
export type BurdenRow = Schemas['BurdenRow']
