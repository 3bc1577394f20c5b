/** What the dispatch desk and the units that help do to a case beside its steps. */
import { api } from '../../../shared/api/client'

type ObligationIn = Parameters<typeof api.post<'/orders/{id}/obligations'>>[1]
type AttendanceIn = Parameters<typeof api.post<'/orders/{id}/attendances'>>[1]
type DoneIn = Parameters<typeof api.post<'/orders/{id}/obligations/{obligation}/done'>>[1]

export const assist = (id: string, body: ObligationIn) => (key: string) => api.post('/orders/{id}/obligations', body, { path: { id }, key })
export const signHelp = (id: string, obligation: string) => (key: string) =>
  api.post('/orders/{id}/obligations/{obligation}/sign', undefined, { path: { id, obligation }, key })
export const finishHelp = (id: string, obligation: string, body: DoneIn) => (key: string) =>
  api.post('/orders/{id}/obligations/{obligation}/done', body, { path: { id, obligation }, key })
export const release = (id: string, obligation: string, reason: string) => (key: string) =>
  api.post('/orders/{id}/obligations/{obligation}/release', { reason }, { path: { id, obligation }, key })
export const summon = (id: string, body: AttendanceIn) => (key: string) => api.post('/orders/{id}/attendances', body, { path: { id }, key })
export const acknowledge = (id: string, attendance: string) => (key: string) =>
  api.post('/orders/{id}/attendances/{attendance}/acknowledge', undefined, { path: { id, attendance }, key })
export const arrive = (id: string, attendance: string) => (key: string) =>
  api.post('/orders/{id}/attendances/{attendance}/arrive', undefined, { path: { id, attendance }, key })
