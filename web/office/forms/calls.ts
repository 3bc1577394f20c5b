/** The calls of these pages. The list of a form names residents, so whoever reads it says why. */
import { api, upload } from '../../shared/api/client'
import type { Answers, AnswersSaved, Burden, Form, FormHeading, FormIn, TypedRow } from './types'

interface Loose {
  get<T>(path: string, options?: object): Promise<T>
  post<T>(path: string, body?: object, options?: object): Promise<T>
  put<T>(path: string, body?: object, options?: object): Promise<T>
}
const loose = api as unknown as Loose
const file = upload as unknown as <T>(path: string, file: File, progress: (share: number) => void, where?: object) => Promise<T>

export const listForms = async () => (await loose.get<{ items: Form[] }>('/forms')).items
export const readForm = (id: string) => loose.get<Form>('/forms/{id}', { path: { id } })
export const readHeading = (chosen: File, progress: (share: number) => void) => file<FormHeading>('/forms/heading', chosen, progress)
export const addForm = (said: FormIn, key: string) => loose.post<Form>('/forms', said, { key })
export const decideForm = (form: Form, decision: 'accept' | 'refuse', note: string, key: string) =>
  loose.post<Form>('/forms/{id}/decision', { decision, note: note || null }, { path: { id: form.id }, version: form.version, key })
/** The list of a form names residents: the form is what it is about. */
export const readAnswers = (form: { id: string; name?: string }, community: string, cursor: string | null) =>
  loose.get<Answers>('/forms/{id}/answers/{community}', { path: { id: form.id, community }, query: { cursor, limit: 50 }, why: { purpose: 'check', ...(form.name ? { about: form.name } : {}) } })
export const saveAnswers = (id: string, community: string, version: number, rows: TypedRow[], finish: boolean) =>
  loose.put<AnswersSaved>('/forms/{id}/answers/{community}', { rows, finish }, { path: { id, community }, version })
export const readBurden = (month: string) => loose.get<Burden>('/forms/burden', { query: { month } })
