/** How the columns of another office's file fill our fields. */
import type { components } from '../../shared/api/schema'

export type Mapping = components['schemas']['IntakeMapping']
export type Columns = components['schemas']['IntakeColumns']

/** The saved mapping whose headings all stand in the file; the one that names most of them. */
export function fitting(mappings: Mapping[], columns: Columns): Mapping | null {
  const fits = mappings.filter((one) => Object.values(one.columns).every((heading) => columns.headings.includes(heading)))
  return fits.sort((one, other) => Object.keys(other.columns).length - Object.keys(one.columns).length)[0] ?? null
}

/** What a field's column holds, for a glance: the first cell that is not empty. */
export function example(columns: Columns, heading: string): string {
  const at = columns.headings.indexOf(heading)
  return at < 0 ? '' : (columns.sample.map((row) => row[at] ?? '').find((cell) => cell !== '') ?? '')
}

/** Lines such as `their word = our code` as a table, and back. */
export function classesFrom(text: string): Record<string, string> {
  const pairs = text.split('\n').flatMap((line): [string, string][] => {
    // People type the wide equals sign as well.
    const [theirs = '', ours = ''] = line.split(/[=\uff1d]/).map((part) => part.trim())
    return theirs && ours ? [[theirs, ours]] : []
  })
  return Object.fromEntries(pairs)
}
export const classesAsText = (classes: Record<string, string>) => Object.entries(classes).map(([theirs, ours]) => `${theirs} = ${ours}`).join('\n')
