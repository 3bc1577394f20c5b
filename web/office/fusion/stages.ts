/** The stages of a run, in the order in which the server goes through them. */
export const stages = ['waiting', 'reading', 'known', 'comparing', 'writing'] as const
export type Stage = (typeof stages)[number]

/** Which stages are over, at work, or still to come; a word that is not known here is shown as the first. */
export function stagesOf(word: string): { word: Stage; is: 'past' | 'now' | 'ahead' }[] {
  const at = Math.max(stages.indexOf(word as Stage), 0)
  return stages.map((stage, nth) => ({ word: stage, is: nth < at ? 'past' : nth === at ? 'now' : 'ahead' }))
}
