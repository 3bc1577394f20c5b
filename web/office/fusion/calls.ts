/** The calls of these pages. Whoever reads about somebody says why with each. */
import { api, keep, upload } from '../../shared/api/client'
import type {
  Accepted, AuditPage, Batch, Claim, ClaimIn, ClaimMade, ClaimRow, ClaimState, Correction, CorrectionRow, Outlet, Page, Review, ReviewDone, ReviewPage, ReviewRow, Source, SourceIn,
} from './types'
import type { Decision } from './review-desk'

interface Loose {
  get<T>(path: string, options?: object): Promise<T>
  post<T>(path: string, body?: object, options?: object): Promise<T>
  put<T>(path: string, body?: object, options?: object): Promise<T>
  patch<T>(path: string, body?: object, options?: object): Promise<T>
}
const loose = api as unknown as Loose
const file = upload as unknown as <T>(path: string, file: File, progress: (share: number) => void, where?: object) => Promise<T>
const take = keep as unknown as (path: string, where?: object) => Promise<void>

/** Data is checked here, and nothing else. */
const why = { purpose: 'check' }

export const listSources = async () => (await loose.get<Page<Source>>('/sources')).items
export const addSource = (said: SourceIn, key: string) => loose.post<Source>('/sources', said, { key })
export const changeSource = (source: Source, said: Partial<Omit<SourceIn, 'key'>> & { closed?: boolean }) => loose.patch<Source>('/sources/{id}', said, { path: { id: source.id }, version: source.version })

export const readOutlet = (id: string) => loose.get<Outlet>('/sources/{id}/outlet', { path: { id } })
export const setOutlet = (id: string, said: { push_url: string | null; system_id: string | null }, key: string) => loose.put<Outlet>('/sources/{id}/outlet', said, { path: { id }, key })

export const listBatches = (cursor?: string) => loose.get<Page<Batch>>('/batches', { query: { cursor, limit: 30 } })
export const readBatch = (id: string) => loose.get<Batch>('/batches/{id}', { path: { id } })
export const sendBatch = (source: Source, chosen: File, progress: (share: number) => void) => file<Batch>('/batches', chosen, progress, { query: { source: source.key } })
export const pullBatch = (source: Source, key: string) => loose.post<Batch>('/sources/{id}/pull', {}, { path: { id: source.id }, key })
export const mapBatch = (batch: Batch, mapping: Record<string, string>) => loose.put<Batch>('/batches/{id}/mapping', { mapping }, { path: { id: batch.id } })
export const runBatch = (batch: Batch, key: string) => loose.post<Batch>('/batches/{id}/run', {}, { path: { id: batch.id }, key })
export const keepRejects = (id: string) => take('/batches/{id}/rejects.csv', { path: { id }, why })

export const listReviews = (query: { view: string; batch?: string | undefined; cursor?: string | null; limit?: number }) => loose.get<ReviewPage>('/reviews', { query })
export const readReview = (id: string) => loose.get<Review>('/reviews/{id}', { path: { id }, why })
export const decideReview = (row: { id: string; version: number }, decision: Decision) =>
  loose.post<ReviewDone>('/reviews/{id}/decision', { decision }, { path: { id: row.id }, version: row.version })
export const undoReview = (row: { id: string; version: number }) => loose.post<ReviewDone>('/reviews/{id}/undo', {}, { path: { id: row.id }, version: row.version })
export const acceptAbove = (said: { at_least: number; batch: string | null; street: string | null }, key: string) => loose.post<Accepted>('/reviews/bulk', said, { key })
export const listAudit = (query: { batch?: string | undefined; cursor?: string | null }) => loose.get<AuditPage>('/reviews/audit', { query })
export const auditReview = (row: ReviewRow, verdict: 'right' | 'wrong') => loose.post<ReviewDone>('/reviews/{id}/audit', { verdict }, { path: { id: row.id }, version: row.version })

export const listClaims = (state: ClaimState | '', cursor?: string) => loose.get<Page<ClaimRow>>('/claims', { query: { state, cursor } })
export const readClaim = (id: string) => loose.get<Claim>('/claims/{id}', { path: { id }, why })
export const makeClaim = (resident: string, said: ClaimIn, key: string) => loose.post<ClaimMade>('/residents/{id}/claims', said, { path: { id: resident }, key, why })
export const answerClaim = (claim: ClaimRow, outcome: 'accepted' | 'refused', note: string, key: string) =>
  loose.post<ClaimRow>('/claims/{id}/answer', { outcome, note: note || null }, { path: { id: claim.id }, version: claim.version, key })

export const listCorrections = (view: 'open' | 'answered', cursor?: string) => loose.get<Page<CorrectionRow>>('/corrections', { query: { view, cursor } })
export const readCorrection = (id: string) => loose.get<Correction>('/corrections/{id}', { path: { id }, why })
export const answerCorrection = (one: CorrectionRow, outcome: string, answer: string, key: string) =>
  loose.post<CorrectionRow>('/corrections/{id}/answer', { outcome, answer }, { path: { id: one.id }, version: one.version, key })
