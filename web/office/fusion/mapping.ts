/** Which heading of a source's file fills which field. */
import type { BatchField } from './types'

/** What is used: what was saved, and where nothing was, what was guessed; headings that the file lacks are left out. */
export function startingMapping(heading: string[], guessed: Record<string, string>, saved: Record<string, string>): Record<string, string> {
  const both = { ...guessed, ...saved }
  return Object.fromEntries(Object.entries(both).filter(([, column]) => heading.includes(column)))
}

/** Only fields that have a column. */
export const cleanMapping = (mapping: Record<string, string>) => Object.fromEntries(Object.entries(mapping).filter(([, column]) => column !== ''))

export interface MappingFault { kind: 'missing' | 'twice'; field: string; column: string }

/** What keeps a mapping from being used: a needed field without a column, one column for two fields. */
export function mappingFaults(fields: BatchField[], mapping: Record<string, string>): MappingFault[] {
  const used = new Map<string, string>()
  const faults: MappingFault[] = []
  for (const { field, needed } of fields) {
    const column = mapping[field] ?? ''
    if (!column) {
      if (needed) faults.push({ kind: 'missing', field, column })
    } else if (used.has(column)) faults.push({ kind: 'twice', field, column })
    else used.set(column, field)
  }
  return faults
}

/** Rows that have neither a name nor a number are about nobody. */
export const namesSomebody = (mapping: Record<string, string>) => Boolean(mapping['name'] || mapping['id_no'])

/** Headings that no field uses: their columns are not read. */
export const unread = (heading: string[], mapping: Record<string, string>) => heading.filter((column) => !Object.values(mapping).includes(column))

/** The first shapes of a column that are not empty, for a glance. */
export function shapesOf(heading: string[], sample: string[][], column: string, most = 3): string[] {
  const at = heading.indexOf(column)
  if (at < 0) return []
  return [...new Set(sample.map((row) => row[at] ?? '').filter((cell) => cell !== ''))].slice(0, most)
}
