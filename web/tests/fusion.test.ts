import './browser'
import { describe, expect, it } from 'vitest'
import { Problem } from '../shared/api/client'
import { lightOf } from '../office/fusion/clock'
import { contractOf } from '../office/fusion/contract'
import { percent } from '../office/fusion/figures'
import { cleanMapping, mappingFaults, namesSomebody, shapesOf, startingMapping, unread } from '../office/fusion/mapping'
import { pace, useDesk, type Decision, type Waiting } from '../office/fusion/review-desk'
import { stages, stagesOf } from '../office/fusion/stages'

interface Pair extends Waiting { id: string; version: number }
const pair = (id: string): Pair => ({ id, version: 1 })

function desk(pages: Pair[][], refuse: (row: Pair, decision: Decision) => unknown = () => null) {
  const told: string[] = []
  const lost: string[] = []
  let time = 0
  const made = useDesk<Pair, { version: number }>({
    page: async (cursor) => {
      const nth = Number(cursor ?? 0)
      return { items: pages[nth] ?? [], next: pages[nth + 1] ? String(nth + 1) : null, waiting: pages.flat().length }
    },
    decide: async (row, decision) => {
      const why = refuse(row, decision)
      if (why) throw why
      told.push(`${row.id}:${decision}`)
      return { version: row.version + 1 }
    },
    undo: async (row, answer) => {
      told.push(`${row.id}:undo`)
      return { ...row, version: answer.version + 1 }
    },
    lost: (row) => lost.push(row.id),
    now: () => (time += 10_000),
  })
  return { made, told, lost }
}

describe('the review desk', () => {
  it('shows the next pair before the server has answered', async () => {
    const { made, told } = desk([['a', 'b', 'c'].map(pair)])
    await made.start()
    const sent = made.decide('same')
    expect([made.current.value?.id, made.waiting.value, told]).toEqual(['b', 2, []])
    await sent
    expect(told).toEqual(['a:same'])
  })

  it('sends decisions in the order of the keys', async () => {
    const { made, told } = desk([['a', 'b', 'c'].map(pair)])
    await made.start()
    await Promise.all([made.decide('same'), made.decide('distinct'), made.decide('field')])
    expect(told).toEqual(['a:same', 'b:distinct', 'c:field'])
    expect([made.current.value, made.waiting.value]).toEqual([null, 0])
  })

  it('takes decisions back one after the other, the last one first', async () => {
    const { made, told } = desk([['a', 'b', 'c'].map(pair)])
    await made.start()
    void made.decide('same')
    void made.decide('distinct')
    expect((await made.undo())?.row.id).toBe('b')
    expect([made.current.value?.id, made.current.value?.version, made.waiting.value]).toEqual(['b', 3, 2])
    expect((await made.undo())?.row.id).toBe('a')
    expect(await made.undo()).toBeNull()
    expect(told).toEqual(['a:same', 'b:distinct', 'b:undo', 'a:undo'])
    expect(made.queue.value.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  })

  it('brings a pair back that could not be decided, and says why', async () => {
    const broken = new Problem(0, 'unreachable', '', '')
    const { made } = desk([['a', 'b'].map(pair)], () => broken)
    await made.start()
    await made.decide('same')
    expect([made.current.value?.id, made.waiting.value, made.done.value.length, made.problem.value]).toEqual(['a', 2, 0, broken])
  })

  it('keeps a pair that may not be decided so', async () => {
    const against = new Problem(409, 'conflict', '', '')
    const { made, lost } = desk([['a', 'b'].map(pair)], () => against)
    await made.start()
    await made.decide('same')
    expect([made.current.value?.id, lost, made.problem.value]).toEqual(['a', [], against])
  })

  it('goes on when somebody else was first', async () => {
    const { made, lost } = desk([['a', 'b'].map(pair)], (row) => (row.id === 'a' ? new Problem(409, 'conflict', '', '', [], '', { state: 'same' }) : null))
    await made.start()
    await made.decide('same')
    expect([made.current.value?.id, lost, made.waiting.value, made.done.value.length]).toEqual(['b', ['a'], 1, 0])
    expect(made.problem.value).toBeNull()
  })

  it('asks for more before it runs out, and shows no pair twice', async () => {
    const { made } = desk([['a', 'b'].map(pair), ['b', 'c'].map(pair)])
    await made.start()
    await made.decide('same')
    await new Promise((resolve) => setTimeout(resolve))
    expect(made.queue.value.map(({ id }) => id)).toEqual(['b', 'c'])
  })

  it('moves within the list and stays inside it', async () => {
    const { made } = desk([['a', 'b', 'c'].map(pair)])
    await made.start()
    made.move(1)
    expect([made.current.value?.id, made.following.value?.id]).toEqual(['b', 'c'])
    made.move(5)
    expect([made.current.value?.id, made.following.value?.id]).toEqual(['c', 'b'])
    await made.decide('later')
    expect(made.current.value?.id).toBe('b')
    made.move(-5)
    expect(made.current.value?.id).toBe('a')
  })
})

describe('the pace of the desk', () => {
  it('is unknown until three were decided', () => expect(pace([0, 1_000], 2_000)).toBeNull())
  it('is that of the last ten minutes', () => {
    const early = [0, 1_000, 2_000]
    const lately = Array.from({ length: 60 }, (_, nth) => 3_600_000 + nth * 10_000)
    expect(pace([...early, ...lately], 3_600_000 + 600_000 - 1)).toBe(360)
  })
})

describe('the mapping of a batch', () => {
  const heading = ['no', 'who', 'id', 'note']
  const text = (word: string) => ({ zh: word, en: word })
  const fields = [{ field: 'record_id', name: text('number'), needed: true, covered: true }, { field: 'name', name: text('name'), needed: false, covered: true }, { field: 'id_no', name: text('id'), needed: false, covered: true }]

  it('begins with what was saved, then with what was guessed, and with nothing that the file lacks', () => {
    expect(startingMapping(heading, { record_id: 'no', name: 'note', phone: 'tel' }, { name: 'who' })).toEqual({ record_id: 'no', name: 'who' })
  })
  it('is refused while a needed field has no column or a column fills two', () => {
    expect(mappingFaults(fields, { name: 'who', id_no: 'who' })).toEqual([
      { kind: 'missing', field: 'record_id', column: '' },
      { kind: 'twice', field: 'id_no', column: 'who' },
    ])
    expect(mappingFaults(fields, { record_id: 'no', name: 'who' })).toEqual([])
  })
  it('is about somebody once it has names or numbers', () => expect(['record_id', 'name', 'id_no'].map((field) => namesSomebody({ [field]: 'column' }))).toEqual([false, true, true]))
  it('names the columns that nobody reads', () => expect(unread(heading, cleanMapping({ record_id: 'no', name: '', id_no: 'id' }))).toEqual(['who', 'note']))
  it('shows the shapes of a column once each, and none of a column that is not there', () => {
    const sample = [['9', 'xx', '999', ''], ['9', 'xxx', '', ''], ['99', 'xx', '999', '']]
    expect([shapesOf(heading, sample, 'who'), shapesOf(heading, sample, 'note'), shapesOf(heading, sample, 'gone')]).toEqual([['xx', 'xxx'], [], []])
  })
})

describe('a batch under way', () => {
  it('has passed the stages before the one at work', () => {
    const at = Object.fromEntries(stagesOf('comparing').map(({ word, is }) => [word, is]))
    expect([at['reading'], at['comparing'], at['writing']]).toEqual(['past', 'now', 'ahead'])
  })
  it('that says an unknown stage stands at the first', () => expect(stagesOf('later')[0]).toEqual({ word: stages[0], is: 'now' }))
  it('is never said to be done before it is', () => expect([percent(0, 0), percent(619_999, 620_800), percent(620_800, 620_800)]).toEqual([0, 99, 100]))
})

describe('a clock', () => {
  const day = 86_400_000
  const moment = (at: number) => new Date(at).toISOString()
  it('of a contract speaks in its last thirty days and after its end', () => {
    const source = { expires_at: moment(100 * day), closed_at: null }
    expect([10, 80, 101].map((at) => contractOf(source, at * day))).toEqual(['running', 'soon', 'ended'])
    expect(contractOf({ ...source, closed_at: moment(5 * day) }, 10 * day)).toBe('closed')
  })
  it('of a correction turns at four fifths and at its end', () => {
    const one = { asked_at: moment(0), due_at: moment(10 * day) }
    expect([7.9, 8, 10.1].map((at) => lightOf(one, at * day))).toEqual(['normal', 'soon', 'late'])
  })
})
