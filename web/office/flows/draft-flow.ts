/** A flow as the authority writes it, and what an editor does to it. */
import type { components } from '../../shared/api/schema'
import type { Flow } from '../../shared/api/rooms'

type Schemas = components['schemas']
export type Draft = Schemas['DraftOut']
export type DraftRow = Schemas['DraftRowOut']
export type Finding = Schemas['FlowFindingOut']
export type Replay = Schemas['FlowReplayOut']

export const kinds = ['start', 'open', 'waiting', 'terminal'] as const
export const needs = ['note', 'files', 'standard', 'assignee', 'reason'] as const
export const effects = ['start', 'pause', 'resume', 'restart', 'resume_or_restart', 'stop'] as const
export type Need = (typeof needs)[number]
export type Effect = (typeof effects)[number]

export interface ClockEffect { clock: string; effect: Effect }
export interface FlowPart { name: string; zh: string; en: string }
export interface DraftState extends FlowPart { kind: (typeof kinds)[number] }
export interface DraftAction extends FlowPart { from: string[]; to: string; right: string; needs: Need[]; clocks: ClockEffect[] }
export interface DraftFlow { id: string; version: number; zh: string; en: string; states: DraftState[]; actions: DraftAction[]; clocks: FlowPart[]; opening: ClockEffect[] }

/** The draft's flow, apart from the answer that it came in, which is watched and cannot be cloned as it is. */
export const flowOf = (draft: Draft): DraftFlow => JSON.parse(JSON.stringify(draft.flow)) as DraftFlow

/** The flow as the picture takes it. */
export function pictured(flow: DraftFlow, draft: Draft): Flow {
  const known = new Set(flow.states.map((state) => state.name))
  return {
    key: flow.id,
    name: { zh: flow.zh, en: flow.en },
    version: flow.version,
    effective_from: draft.changed_at,
    findings: [],
    states: flow.states.map((state) => ({ key: state.name, name: { zh: state.zh, en: state.en }, final: state.kind === 'terminal' })),
    actions: flow.actions.map((action) => ({
      key: action.name,
      name: { zh: action.zh, en: action.en },
      from: action.from.filter((name) => known.has(name)),
      to: action.to,
      who: draft.rights.find((one) => one.right === action.right)?.who ?? [],
      needs: action.needs,
    })),
  }
}

/** What a clock is told at a step, or nothing. */
export const effectOf = (list: ClockEffect[], clock: string): Effect | '' => list.find((one) => one.clock === clock)?.effect ?? ''

/** Tells a clock something at a step; an empty word takes it back. */
export function tell(list: ClockEffect[], clock: string, effect: Effect | ''): ClockEffect[] {
  const rest = list.filter((one) => one.clock !== clock)
  return effect ? [...rest, { clock, effect }] : rest
}

/** Takes a state out, and every way that led from it. */
export function withoutState(flow: DraftFlow, name: string): void {
  flow.states = flow.states.filter((state) => state.name !== name)
  for (const action of flow.actions) action.from = action.from.filter((from) => from !== name)
}

/** Takes a clock out, and whatever was done to it. */
export function withoutClock(flow: DraftFlow, name: string): void {
  flow.clocks = flow.clocks.filter((clock) => clock.name !== name)
  for (const action of flow.actions) action.clocks = action.clocks.filter((one) => one.clock !== name)
  flow.opening = flow.opening.filter((one) => one.clock !== name)
}

/** The first and the last moment of the quarter before this one, in the district's own time. */
export function lastQuarter(today: string): { from: string; to: string } {
  const [year = 1970, month = 1] = today.split('-').map(Number)
  const first = Math.floor((month - 1) / 3) * 3 + 1
  const day = (y: number, m: number) => `${y}-${String(m).padStart(2, '0')}-01`
  return { from: first === 1 ? day(year - 1, 10) : day(year, first - 3), to: day(year, first) }
}
