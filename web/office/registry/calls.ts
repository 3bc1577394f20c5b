/** The calls of these pages. Whoever reads something personal says why with each. */
import { api, keep, uploadForFile, url } from '../../shared/api/client'
import type { Why } from '../../shared/api/paths'
import type {
  Alarm, Building, Community, Dwelling, Export, Found, GridCount, Group, HandOver, Merge, Origin, Page, Purpose, Quota, ResidenceKind, ResidentCard, Revealed, SensitiveGroup, Statistics, TrendPoint,
  Usage, WindowCode,
} from './types'

interface Loose {
  get<T>(path: string, options?: object): Promise<T>
  post<T>(path: string, body?: object, options?: object): Promise<T>
  put<T>(path: string, body?: object, options?: object): Promise<T>
  patch<T>(path: string, body?: object, options?: object): Promise<T>
}
const loose = api as unknown as Loose
const items = async <T>(asked: Promise<Page<T>>) => (await asked).items
const at = (id: string) => ({ path: { id } })

export const purposes = () => items(loose.get<Page<Purpose>>('/registry/purposes'))
export const quota = () => loose.get<Quota>('/registry/quota')
export const stepUp = (proof: { password: string } | { code: string }) => loose.post<void>('/session/step-up', proof)

export const find = (why: Why, text: string, within: string | null = null) => loose.post<Found>('/registry/find', { text, ...(within ? { within } : {}) }, { why })
export const resident = (why: Why, id: string) => loose.get<ResidentCard>('/residents/{id}', { ...at(id), why })
export const provenance = (why: Why, id: string) => items(loose.get<Page<Origin>>('/residents/{id}/provenance', { ...at(id), why }))
export const reveal = (why: Why, id: string, group: Group, reason: string) => loose.post<Revealed>('/residents/{id}/reveal', { group, reason }, { ...at(id), why })
export const merges = (why: Why, id: string) => items(loose.get<Page<Merge>>('/residents/{id}/merges', { ...at(id), why }))
export const undoMerge = (id: string) => loose.post<Merge>('/merges/{id}/undo', {}, at(id))

export const register = (why: Why, given: object) => loose.post<{ id: string }>('/residents', given, { why })
export const correct = (why: Why, id: string, version: number, given: object) => loose.patch<unknown>('/residents/{id}', given, { ...at(id), version, why })
export const claim = (why: Why, id: string, given: object) => loose.post<unknown>('/residents/{id}/claims', given, { ...at(id), why })
export const reside = (why: Why, id: string, given: { dwelling: string; kind: ResidenceKind; from: string; to?: string }) => loose.post<unknown>('/residents/{id}/residences', given, { ...at(id), why })
export const correctResidence = (why: Why, id: string, given: object) => loose.post<unknown>('/residences/{id}/correct', given, { ...at(id), why })
export const die = (why: Why, id: string, on: string) => loose.post<unknown>('/residents/{id}/death', { on }, { ...at(id), why })
export const depart = (why: Why, id: string, on: string) => loose.post<unknown>('/residents/{id}/departure', { on }, { ...at(id), why })
export const handOver = (why: Why, id: string, given: object) => loose.post<unknown>('/residents/{id}/hand-over', given, { ...at(id), why })
export const issueCode = (why: Why, resident: string) => loose.post<WindowCode>('/resident-access', { resident }, { why })

export const dwelling = (why: Why, id: string, on: string, asKnown: string) => loose.get<Dwelling>('/dwellings/{id}', { ...at(id), query: { on, as_known: asKnown }, why })
export const setUsage = (id: string, version: number, usage: Usage) => loose.patch<unknown>('/dwellings/{id}', { usage }, { ...at(id), version })
export const building = (id: string) => loose.get<Building>('/buildings/{id}', at(id))

export const beginHousehold = (why: Why, given: { dwelling: string; head: string; from: string }) => loose.post<unknown>('/households', given, { why })
export const joinHousehold = (why: Why, id: string, given: { resident: string; relation: string; from: string }) => loose.post<unknown>('/households/{id}/members', given, { ...at(id), why })
export const leaveHousehold = (why: Why, id: string, given: { resident: string; on: string }) => loose.post<unknown>('/households/{id}/leave', given, { ...at(id), why })
export const headHousehold = (why: Why, id: string, resident: string) => loose.put<unknown>('/households/{id}/head', { resident }, { ...at(id), why })

export const alarms = () => loose.get<Page<Alarm>>('/look-alarms')
export const reviewAlarm = (id: string, verdict: string, note: string) => loose.post<void>('/look-alarms/{id}/review', { verdict, note }, at(id))

export const exportList = () => loose.get<Page<Export>>('/exports')
export const askExport = (why: Why, given: object) => loose.post<Export>('/exports', given, { why })
export const decideExport = (id: string, approve: boolean, note: string) => loose.post<Export>('/exports/{id}/decision', { approve, note }, at(id))
export const takeExport = (id: string) => (keep as (path: string, where: object) => Promise<void>)('/exports/{id}/list.xlsx', at(id))
export const publicityOf = (file: File) => (uploadForFile as (path: string, file: File) => Promise<Blob>)('/publicity.xlsx', file)

export const handOvers = (why: Why, box: 'in' | 'out', street: string | null) => loose.get<Page<HandOver>>('/hand-overs', { query: { box, street }, why })
export const acceptHandOver = (why: Why, id: string, given: { area: string; address?: string }) => loose.post<{ id: string }>('/hand-overs/{id}/accept', given, { ...at(id), why })
export const refuseHandOver = (why: Why, id: string, reason: string) => loose.post<unknown>('/hand-overs/{id}/refuse', { reason }, { ...at(id), why })

export const communities = () => items(loose.get<Page<Community>>('/registry/communities'))
export const openCommunity = (code: string, open: boolean) => loose.put<Community>('/registry/communities', { code, open })
export const sensitiveGroups = (street: string) => items(loose.get<Page<SensitiveGroup>>('/registry/groups', { query: { street } }))
export const switchGroup = (street: string, group: string, on: boolean, basis: string) => loose.put<unknown>('/registry/groups', { street, group, on, ...(on ? { basis } : {}) })

export const statistics = (area: string, on: string) => loose.get<Statistics>('/registry/statistics', { query: { area, on } })
export const statisticsFile = (kind: 'xlsx' | 'pdf', query: { area: string; on: string; lang: string }) => (url as (path: string, where: object) => string)(`/registry/statistics.${kind}`, { query })
export const trend = (area: string) => items(loose.get<Page<TrendPoint>>('/registry/statistics/trend', { query: { area } }))
export const gridCounts = (area: string) => items(loose.get<Page<GridCount>>('/registry/statistics/grids', { query: { area } }))
