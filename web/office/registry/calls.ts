/** The calls of these pages. Whoever reads something personal says why with each. */
import { api, keep, uploadForFile, url } from '../../shared/api/client'
import type { Sent, Why } from '../../shared/api/paths'
import type { SensitiveGroup, Usage } from './types'

const items = async <T>(asked: Promise<{ items: T[] }>) => (await asked).items
const at = (id: string) => ({ path: { id } })
type Given<P extends string, M extends 'post' | 'patch'> = NonNullable<Sent<P, M>[0]>

export const purposes = () => items(api.get('/registry/purposes'))
export const quota = () => api.get('/registry/quota')
export const stepUp = (proof: Given<'/session/step-up', 'post'>) => api.post('/session/step-up', proof)

export const find = (why: Why, text: string, within: string | null = null) => api.post('/registry/find', { text, within }, { why })
export const resident = (why: Why, id: string) => api.get('/residents/{id}', { ...at(id), why })
export const provenance = (why: Why, id: string) => items(api.get('/residents/{id}/provenance', { ...at(id), why }))
export const reveal = (why: Why, id: string, given: Given<'/residents/{id}/reveal', 'post'>) => api.post('/residents/{id}/reveal', given, { ...at(id), why })
export const merges = (why: Why, id: string) => items(api.get('/residents/{id}/merges', { ...at(id), why }))
export const undoMerge = (id: string) => api.post('/merges/{id}/undo', undefined, at(id))

export const register = (why: Why, given: Given<'/residents', 'post'>) => api.post('/residents', given, { why })
export const correct = (why: Why, id: string, version: number, given: Given<'/residents/{id}', 'patch'>) => api.patch('/residents/{id}', given, { ...at(id), version, why })
export const claim = (why: Why, id: string, given: Given<'/residents/{id}/claims', 'post'>) => api.post('/residents/{id}/claims', given, { ...at(id), why })
export const reside = (why: Why, id: string, given: Given<'/residents/{id}/residences', 'post'>) => api.post('/residents/{id}/residences', given, { ...at(id), why })
export const correctResidence = (why: Why, id: string, given: Given<'/residences/{id}/correct', 'post'>) => api.post('/residences/{id}/correct', given, { ...at(id), why })
export const die = (why: Why, id: string, on: string) => api.post('/residents/{id}/death', { on }, { ...at(id), why })
export const depart = (why: Why, id: string, on: string) => api.post('/residents/{id}/departure', { on }, { ...at(id), why })
export const handOver = (why: Why, id: string, given: Given<'/residents/{id}/hand-over', 'post'>) => api.post('/residents/{id}/hand-over', given, { ...at(id), why })
export const issueCode = (why: Why, resident: string) => api.post('/resident-access', { resident }, { why })

export const dwelling = (why: Why, id: string, on: string, asKnown: string) => api.get('/dwellings/{id}', { ...at(id), query: { on, as_known: asKnown }, why })
export const setUsage = (id: string, version: number, usage: Usage) => api.patch('/dwellings/{id}', { usage }, { ...at(id), version })
export const building = (id: string) => api.get('/buildings/{id}', at(id))

export const beginHousehold = (why: Why, given: Given<'/households', 'post'>) => api.post('/households', given, { why })
export const joinHousehold = (why: Why, id: string, given: Given<'/households/{id}/members', 'post'>) => api.post('/households/{id}/members', given, { ...at(id), why })
export const leaveHousehold = (why: Why, id: string, given: Given<'/households/{id}/leave', 'post'>) => api.post('/households/{id}/leave', given, { ...at(id), why })
export const headHousehold = (why: Why, id: string, resident: string) => api.put('/households/{id}/head', { resident }, { ...at(id), why })

export const alarms = (cursor?: string) => api.get('/look-alarms', { query: { cursor: cursor ?? null } })
export const reviewAlarm = (id: string, given: Given<'/look-alarms/{id}/review', 'post'>) => api.post('/look-alarms/{id}/review', given, at(id))

export const exportList = (cursor?: string) => api.get('/exports', { query: { cursor: cursor ?? null } })
export const askExport = (why: Why, given: Given<'/exports', 'post'>) => api.post('/exports', given, { why })
export const decideExport = (id: string, approve: boolean, note: string) => api.post('/exports/{id}/decision', { approve, note }, at(id))
export const takeExport = (id: string) => keep('/exports/{id}/list.xlsx', at(id))
export const publicityOf = (file: File) => uploadForFile('/publicity.xlsx', file)

export const delays = (cursor?: string) => api.get('/look-delays', { query: { cursor: cursor ?? null } })
export const askDelay = (given: Given<'/look-delays', 'post'>) => api.post('/look-delays', given)
export const approveDelay = (id: string) => api.post('/look-delays/{id}/approve', undefined, at(id))
export const linkStaff = (username: string, resident: string) => api.put('/registry/staff-links', { username, resident })

export const handOvers = (why: Why, box: 'in' | 'out', street: string | null) => api.get('/hand-overs', { query: { box, street }, why })
export const acceptHandOver = (why: Why, id: string, given: Given<'/hand-overs/{id}/accept', 'post'>) => api.post('/hand-overs/{id}/accept', given, { ...at(id), why })
export const refuseHandOver = (why: Why, id: string, reason: string) => api.post('/hand-overs/{id}/refuse', { reason }, { ...at(id), why })

export const communities = () => items(api.get('/registry/communities'))
export const openCommunity = (code: string, open: boolean) => api.put('/registry/communities', { code, open })
export const sensitiveGroups = (street: string) => items(api.get('/registry/groups', { query: { street } }))
export const switchGroup = (given: { street: string; group: SensitiveGroup['group']; on: boolean; basis: string }) => api.put('/registry/groups', given)

export const statistics = (area: string, on: string) => api.get('/registry/statistics', { query: { area, on } })
export const statisticsFile = (kind: 'xlsx' | 'pdf', query: { area: string; on: string; lang: 'zh' | 'en' }) => url(`/registry/statistics.${kind}`, { query })
export const trend = (area: string) => items(api.get('/registry/statistics/trend', { query: { area } }))
export const gridCounts = (area: string) => items(api.get('/registry/statistics/grids', { query: { area } }))
