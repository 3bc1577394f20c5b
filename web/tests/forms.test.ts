import './browser'
import { beforeAll, describe, expect, it } from 'vitest'
import { heaviest, lastMonths, total, typed, workTime } from '../office/forms/burden'
import words from '../office/forms/messages.en.json'
import { setLanguage, startLanguage } from '../shared/language'
import { changed, openCells, settled } from '../office/forms/filling'
import { askedColumns, countColumns } from '../office/forms/form-columns'
import type { FormColumn } from '../office/forms/types'

const text = (word: string) => ({ zh: word, en: word })
const column = (heading: string, field: string | null, never = false): FormColumn => ({ heading, field, field_name: field ? text(field) : null, known: field !== null, never })

describe('the columns of a form', () => {
  const columns = [column('a', 'name'), column('b', 'phone'), column('c', null), column('d', null, true)]
  it('are told apart: known, asked, and what must not be asked', () => expect(countColumns(columns)).toEqual({ all: 4, known: 2, asked: 2, never: 1 }))
  it('are asked for where the guess was taken back', () => {
    expect(countColumns(columns, { b: true })).toMatchObject({ known: 1, asked: 3 })
    expect(askedColumns(columns, { b: true }).map(({ field }) => field)).toEqual(['name', 'new', 'new', 'new'])
  })
})

describe('a form that is filled in', () => {
  const rows = [{ row: 'r1', known: ['x', null, null], asked: ['', '1'] }, { row: 'r2', known: ['y', null, null], asked: ['2', '3'] }]
  it('sends only rows that differ from what was saved', () => {
    expect(changed(rows, { r1: [' 5 ', '1'], r2: ['2', '3 '] })).toEqual([{ row: 'r1', values: ['5', '1'] }])
  })
  it('has nothing to send once it was saved', () => {
    const mine = { r1: ['5', '1'] }
    expect(changed(settled(rows, changed(rows, mine)), mine)).toEqual([])
  })
  it('sends what was typed while the last was under way', () => {
    const after = settled(rows, [{ row: 'r1', values: ['5', '1'] }])
    expect(changed(after, { r1: ['56', '1'] })).toEqual([{ row: 'r1', values: ['56', '1'] }])
  })
  it('counts the cells that are still empty', () => expect([openCells(rows, {}), openCells(rows, { r1: ['5', ' '] }), openCells(rows, { r1: ['5', '1'] })]).toEqual([1, 1, 0]))
})

describe('the burden', () => {
  const row = (community: string, minutes: number, without: number) => ({ community, community_name: text(community), forms: 2, fields: 34, known: 31, minutes, minutes_without: without, finished: 1 })
  it('is led by whoever spends most', () => expect(heaviest([row('a', 5, 9), row('b', 7, 8), row('c', 5, 12)]).map(({ community }) => community)).toEqual(['b', 'c', 'a']))
  it('adds up', () => expect(total([row('a', 5, 9), row('b', 7, 8)])).toEqual({ forms: 4, fields: 68, known: 62, minutes: 12, minutes_without: 17, finished: 2 }))
  it('is typed where the register does not answer', () => expect(typed(row('a', 5, 9))).toBe(3))
  it('is kept by month, across the turn of the year', () => expect(lastMonths('2026-02-15').slice(0, 3)).toEqual(['2026-02', '2026-01', '2025-12']))
})

describe('working time', () => {
  beforeAll(async () => {
    await startLanguage({ 'zh-CN': async () => [], en: async () => [words] })
    await setLanguage('en')
  })
  it.each([[0, '0 min'], [59, '59 min'], [60, '1 h'], [95, '1 h 35 min'], [6_420, '107 h'], [75_015, '1,250 h']])('of %i minutes is said as %s', (minutes, said) => expect(workTime(minutes)).toBe(said))
})
