/** The calls of these pages. Whoever reads about somebody says why with each. */
import { api, keep, upload } from '../../shared/api/client'
import type { Query } from '../../shared/api/paths'
import type { Decision } from './review-desk'
import type { Batch, ClaimIn, ClaimRow, ClaimState, CorrectionRow, ReviewRow, Source, SourceIn, SourcePatch } from './types'

/** Data is checked here, and nothing else. */
const why = { purpose: 'check' }

export const listSources = async () => (await api.get('/sources')).items
export const addSource = (said: SourceIn, key: string) => api.post('/sources', said, { key })
export const changeSource = (source: Source, said: SourcePatch) => api.patch('/sources/{id}', said, { path: { id: source.id }, version: source.version })
export const readOutlet = (id: string) => api.get('/sources/{id}/outlet', { path: { id } })
export const setOutlet = (id: string, said: { push_url: string | null; system_id: string | null }, key: string) => api.put('/sources/{id}/outlet', said, { path: { id }, key })

export const listBatches = (cursor?: string) => api.get('/batches', { query: { cursor: cursor ?? null, limit: 30 } })
export const readBatch = (id: string) => api.get('/batches/{id}', { path: { id } })
export const sendBatch = (source: Source, chosen: File, progress: (share: number) => void) => upload('/batches', chosen, progress, { query: { source: source.key } })
export const pullBatch = (source: Source, key: string) => api.post('/sources/{id}/pull', undefined, { path: { id: source.id }, key })
export const mapBatch = (batch: Batch, mapping: Record<string, string>) => api.put('/batches/{id}/mapping', { mapping }, { path: { id: batch.id } })
export const runBatch = (batch: Batch, key: string) => api.post('/batches/{id}/run', undefined, { path: { id: batch.id }, key })
export const keepRejects = (id: string) => keep('/batches/{id}/rejects.csv', { path: { id }, why })

export const listReviews = (query: Query<'/reviews'>) => api.get('/reviews', { query })
export const readReview = (id: string) => api.get('/reviews/{id}', { path: { id }, why })
export const decideReview = (row: { id: string; version: number }, decision: Decision) => api.post('/reviews/{id}/decision', { decision }, { path: { id: row.id }, version: row.version })
export const undoReview = (row: { id: string; version: number }) => api.post('/reviews/{id}/undo', undefined, { path: { id: row.id }, version: row.version })
export const acceptAbove = (said: { at_least: number; batch: string | null; street: string | null }, key: string) => api.post('/reviews/bulk', said, { key })
export const listAudit = (query: Query<'/reviews/audit'>) => api.get('/reviews/audit', { query })
export const auditReview = (row: ReviewRow, verdict: 'right' | 'wrong') => api.post('/reviews/{id}/audit', { verdict }, { path: { id: row.id }, version: row.version })

export const listClaims = (state: ClaimState | '', cursor?: string) => api.get('/claims', { query: { ...(state ? { state } : {}), cursor: cursor ?? null } })
export const readClaim = (id: string) => api.get('/claims/{id}', { path: { id }, why })
export const makeClaim = (resident: string, said: ClaimIn, key: string) => api.post('/residents/{id}/claims', said, { path: { id: resident }, key, why })
export const answerClaim = (claim: ClaimRow, outcome: 'accepted' | 'refused', note: string, key: string) =>
  api.post('/claims/{id}/answer', { outcome, note: note || null }, { path: { id: claim.id }, version: claim.version, key })

export const listCorrections = (view: 'open' | 'answered', cursor?: string) => api.get('/corrections', { query: { view, cursor: cursor ?? null } })
export const readCorrection = (id: string) => api.get('/corrections/{id}', { path: { id }, why })
export const answerCorrection = (one: CorrectionRow, outcome: NonNullable<CorrectionRow['outcome']>, answer: string, key: string) =>
  api.post('/corrections/{id}/answer', { outcome, answer }, { path: { id: one.id }, version: one.version, key })
