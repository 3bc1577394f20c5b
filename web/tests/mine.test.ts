import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import './browser'
import { api, Problem } from '../shared/api/client'
import { asked, joined } from '../public/mine/looks'
import { asMe, held, isOver, signIn, signOut } from '../public/mine/pass'
import type { MineLook } from '../shared/api/rooms'

const look = (id: string) => ({ id, question: null }) as MineLook

describe('a list of looks', () => {
  it('never shows a look twice, though a new one moved the pages', () => {
    const first = [look('c'), look('b')]
    expect(joined(first, [look('b'), look('a')]).map((one) => one.id)).toEqual(['c', 'b', 'a'])
  })

  it('keeps the number of a question with its look', () => {
    expect(asked([look('a'), look('b')], 'b', 'C006').map((one) => one.question)).toEqual([null, 'C006'])
  })
})

describe('the pass', () => {
  const start = Date.parse('2026-11-23T01:00:00Z')
  const given = { pass: 'res_1.2.3', until: '2026-11-23T01:30:00.000Z', name: '*', street: { zh: '*', en: '*' } }
  const answers: Response[] = []
  const sent: RequestInit[] = []

  beforeEach(() => {
    vi.useFakeTimers({ now: start })
    vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
      sent.push(init)
      return Promise.resolve(answers.shift() ?? new Response('{}', { status: 500 }))
    })
    answers.push(new Response(JSON.stringify(given)))
  })
  afterEach(() => {
    signOut()
    answers.length = sent.length = 0
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it('closes the page by itself when its half hour is over', async () => {
    await signIn('450204199001010018', 'k3vd9-9t0xw')
    expect(await asMe((pass) => Promise.resolve(pass))).toBe(given.pass)
    vi.advanceTimersByTime(30 * 60_000 - 1)
    expect(held.value).not.toBeNull()
    vi.advanceTimersByTime(1)
    expect([held.value, isOver.value]).toEqual([null, true])
    await expect(asMe(() => Promise.resolve('shown'))).rejects.toBeInstanceOf(Problem)
  })

  it('is gone when the server takes it no more, and after that stays gone', async () => {
    await signIn('450204199001010018', 'k3vd9-9t0xw')
    await expect(asMe(() => Promise.reject(new Problem(409, 'conflict', '', '')))).rejects.toThrow()
    expect(held.value).not.toBeNull()
    await expect(asMe(() => Promise.reject(new Problem(401, 'unauthenticated', '', '')))).rejects.toThrow()
    expect([held.value, isOver.value]).toEqual([null, true])
  })

  it('travels in a header and is kept in no storage', async () => {
    const stored = vi.spyOn(localStorage, 'setItem')
    await signIn('450204199001010018', 'k3vd9-9t0xw')
    answers.push(new Response('{}'))
    await asMe((pass) => api.get('/public/mine', { pass }))
    expect((sent[1]?.headers as Record<string, string>)['Wangge-Resident']).toBe(given.pass)
    expect(stored).not.toHaveBeenCalled()
    signOut()
    expect([held.value, isOver.value]).toEqual([null, false])
  })
})
