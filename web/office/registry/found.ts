/** What a search found, as one list that the arrow keys go through. */
import { shallowRef } from 'vue'
import type { BuildingRow, DwellingRow, Found, PersonRow, UnitRow } from './types'

export type Row =
  | { kind: 'person'; id: string; to: string; row: PersonRow }
  | { kind: 'dwelling'; id: string; to: string; row: DwellingRow }
  | { kind: 'building'; id: string; to: string; row: BuildingRow }
  | { kind: 'unit'; id: string; to: string | null; row: UnitRow }

export function rowsOf(found: Found): Row[] {
  return [
    ...found.people.map((row): Row => ({ kind: 'person', id: row.id, to: `/registry/residents/${row.id}`, row })),
    ...found.dwellings.map((row): Row => ({ kind: 'dwelling', id: row.id, to: `/registry/dwellings/${row.id}`, row })),
    ...found.buildings.map((row): Row => ({ kind: 'building', id: row.id, to: `/registry/buildings/${row.id}`, row })),
    ...found.units.map((row): Row => ({ kind: 'unit', id: row.id, to: row.dwelling ? `/registry/dwellings/${row.dwelling}` : null, row })),
  ]
}

export type RowKind = Row['kind']
/** The rows of each kind that there are, in the order of the list. */
export function groupsOf(rows: Row[]): { kind: RowKind; rows: Row[] }[] {
  const kinds: RowKind[] = ['person', 'dwelling', 'building', 'unit']
  return kinds.map((kind) => ({ kind, rows: rows.filter((row) => row.kind === kind) })).filter((group) => group.rows.length > 0)
}

/** The last answer, so that coming back from a resident does not look at everybody again. Gone with the page. */
export const lastFound = shallowRef<{ of: string; text: string; found: Found; selected: string | null } | null>(null)

/** A measure that is nearly used up is said in time. */
export const isNear = ({ used, allowed }: { used: number; allowed: number }) => allowed > 0 && used >= allowed * 0.8
