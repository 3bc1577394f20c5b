import './browser'
import { describe, expect, it } from 'vitest'
import { effectOf, lastQuarter, tell, withoutClock, withoutState, type DraftFlow } from '../office/flows/draft-flow'

const flow = (): DraftFlow => ({
  id: 'city-case', version: 2, zh: '', en: '',
  states: [{ name: 'reported', zh: '', en: '', kind: 'start' }, { name: 'closed', zh: '', en: '', kind: 'terminal' }],
  actions: [{ name: 'close', zh: '', en: '', from: ['reported', 'closed'], to: 'closed', right: 'order:close', needs: [], clocks: [{ clock: 'acceptance', effect: 'stop' }] }],
  clocks: [{ name: 'acceptance', zh: '', en: '' }],
  opening: [{ clock: 'acceptance', effect: 'start' }],
})

describe('a draft of a flow', () => {
  it('loses every way that led from a state that is taken out', () => {
    const draft = flow()
    withoutState(draft, 'reported')
    expect(draft.states.map((state) => state.name)).toEqual(['closed'])
    expect(draft.actions[0]?.from).toEqual(['closed'])
  })

  it('forgets what was done to a clock that is taken out', () => {
    const draft = flow()
    withoutClock(draft, 'acceptance')
    expect([draft.clocks, draft.opening, draft.actions[0]?.clocks]).toEqual([[], [], []])
  })

  it('tells a clock one thing at a step', () => {
    const once = tell([{ clock: 'handling', effect: 'pause' }], 'handling', 'stop')
    expect(once).toEqual([{ clock: 'handling', effect: 'stop' }])
    expect(effectOf(tell(once, 'handling', ''), 'handling')).toBe('')
  })
})

describe('the quarter before', () => {
  it.each([
    ['2026-01-15', '2025-10-01', '2026-01-01'],
    ['2026-03-31', '2025-10-01', '2026-01-01'],
    ['2026-04-01', '2026-01-01', '2026-04-01'],
    ['2026-12-31', '2026-07-01', '2026-10-01'],
  ])('of %s is from %s to %s', (day, from, to) => {
    expect(lastQuarter(day)).toEqual({ from, to })
  })
})
