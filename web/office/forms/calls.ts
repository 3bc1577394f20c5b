/** The calls of these pages. The list of a form names residents, so whoever reads it says why. */
import { api, upload } from '../../shared/api/client'
import type { Form, FormIn, TypedRow } from './types'

export const listForms = async () => (await api.get('/forms')).items
export const readForm = (id: string) => api.get('/forms/{id}', { path: { id } })
export const readHeading = (chosen: File, progress: (share: number) => void) => upload('/forms/heading', chosen, progress)
export const addForm = (said: FormIn, key: string) => api.post('/forms', said, { key })
export const decideForm = (form: Form, decision: 'accept' | 'refuse', note: string, key: string) =>
  api.post('/forms/{id}/decision', { decision, note: note || null }, { path: { id: form.id }, version: form.version, key })
/** The form is what it is about. */
export const readAnswers = (form: { id: string; name?: string }, community: string, cursor: string | null) =>
  api.get('/forms/{id}/answers/{community}', { path: { id: form.id, community }, query: { cursor, limit: 50 }, why: { purpose: 'check', ...(form.name ? { about: form.name } : {}) } })
export const saveAnswers = (id: string, community: string, version: number, rows: TypedRow[], finish: boolean) =>
  api.put('/forms/{id}/answers/{community}', { rows, finish }, { path: { id, community }, version })
export const readBurden = (month: string) => api.get('/forms/burden', { query: { month } })
