/** Relations to the head of a household, by the codes of GB/T 4761 that the register uses. */
export const relations = ['01', '02', '10', '20', '30', '40', '50', '60', '70', '99'] as const
export type Relation = (typeof relations)[number]

/** The group of a code that is finer than ours: 21, the eldest son, is a son. */
export function relationKey(code: string): Relation {
  return relations.find((one) => one === code) ?? relations.find((one) => one !== '01' && one !== '02' && one.charAt(0) === code.charAt(0)) ?? '99'
}
