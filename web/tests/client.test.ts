import './browser'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { api, freshKey, Problem, url } from '../shared/api/client'

function answering(...answers: (() => Response)[]) {
  const asked = vi.fn(async (_url: string, _init: RequestInit) => (answers.length > 1 ? answers.shift() : answers[0])?.() as Response)
  vi.stubGlobal('fetch', asked)
  return { asked, headers: (call: number) => asked.mock.calls[call]?.[1].headers as Record<string, string> }
}
const json = (body: unknown, status = 200, headers: Record<string, string> = {}) => () => new Response(JSON.stringify(body), { status, headers })
const words = { class: 'e0101', address: 'a', description: 'b' }
const refusal = (promise: Promise<unknown>): Promise<Problem> => promise.then(() => Promise.reject(new Error('it was taken')), (problem: Problem) => problem)

afterEach(() => vi.unstubAllGlobals())

describe('an address', () => {
  it('leaves out what is empty', () => expect(url('/orders', { query: { view: 'late', q: '', cursor: null, limit: 20 } })).toBe('/api/v1/orders?view=late&limit=20'))
  it('has its places filled in', () => expect(url('/orders/{id}/files/{file}', { path: { id: 'ord_1', file: 'a/b' } })).toBe('/api/v1/orders/ord_1/files/a%2Fb'))
  it('escapes what people type', () => expect(url('/public/places', { query: { q: 'a&b' } })).toBe('/api/v1/public/places?q=a%26b'))
})

describe('a refusal', () => {
  it('carries the words, the fields and the reference of the server', async () => {
    answering(json({ title: 'Invalid', code: 'invalid', detail: '', fields: [{ field: 'address', detail: 'too short' }], request_id: 'req_7' }, 422))
    const problem = await refusal(api.post('/orders', words))
    expect([problem.status, problem.code, problem.title, problem.requestId, problem.fields]).toEqual([422, 'invalid', 'Invalid', 'req_7', [{ field: 'address', detail: 'too short' }]])
  })
  it('says when to come back, from the body or from the header', async () => {
    answering(json({ retry_after_seconds: 90 }, 429), json({}, 429, { 'Retry-After': '30' }))
    expect((await refusal(api.get('/demo'))).retryAfterSeconds).toBe(90)
    expect((await refusal(api.get('/demo'))).retryAfterSeconds).toBe(30)
  })
  it('shows what the other did in a lost race', async () => {
    answering(json({ code: 'conflict', current: { state: 'closed' } }, 409))
    expect((await refusal(api.post('/orders/{id}/steps', { action: 'sign' }, { path: { id: 'a' }, version: 3 }))).current).toEqual({ state: 'closed' })
  })
  it('that is no JSON still has its status', async () => {
    answering(() => new Response('<html>', { status: 502, statusText: 'Bad Gateway' }))
    const problem = await refusal(api.get('/demo'))
    expect([problem.status, problem.title]).toEqual([502, 'Bad Gateway'])
  })
  it('of the network has status 0', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed')))
    expect((await refusal(api.get('/demo'))).status).toBe(0)
  })
  it('by the caller is not a problem', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new DOMException('', 'AbortError')))
    await expect(api.get('/demo')).rejects.toBeInstanceOf(DOMException)
  })
})

describe('a create', () => {
  it('keeps the key that it is given, call after call', async () => {
    const { headers } = answering(json({}))
    const key = freshKey()
    await api.post('/public/reports', words, { key })
    await api.post('/public/reports', words, { key })
    expect([headers(0)['Idempotency-Key'], headers(1)['Idempotency-Key']]).toEqual([key, key])
  })
  it('without one is a new intention each time', async () => {
    const { headers } = answering(json({}))
    await api.post('/orders', words)
    await api.post('/orders', words)
    expect(headers(0)['Idempotency-Key']).not.toBe(headers(1)['Idempotency-Key'])
  })
  it('has a key without a secure context too', () => {
    vi.stubGlobal('crypto', { getRandomValues: (bytes: Uint8Array) => bytes.fill(7) })
    expect(freshKey()).toBe('07'.repeat(16))
  })
})

describe('an edit', () => {
  it('says which version it has seen, in the language of the page', async () => {
    const { headers } = answering(json({}))
    await api.post('/orders/{id}/steps', { action: 'sign' }, { path: { id: 'a' }, version: 3 })
    expect([headers(0)['If-Match'], headers(0)['Accept-Language']]).toEqual(['"3"', 'zh-CN'])
  })
  it('without an answer body is done', async () => {
    answering(() => new Response(null, { status: 204 }))
    await expect(api.remove('/session')).resolves.toBeUndefined()
  })
})
