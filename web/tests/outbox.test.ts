import './browser'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Problem } from '../shared/api/client'

const sent: { path: string; key?: string | undefined; body?: unknown }[] = []
let line: 'up' | 'down' | Problem = 'up'

vi.mock('../shared/api/client', async (original) => {
  const real = await original<typeof import('../shared/api/client')>()
  const through = () => {
    if (line === 'down') throw new real.Problem(0, 'unreachable', '', '')
    if (line !== 'up') throw line
  }
  return {
    ...real,
    api: {
      ...real.api,
      post: async (path: string, body: unknown, options?: { key?: string; path?: { number: string } }) => {
        sent.push({ path: path.replace('{number}', options?.path?.number ?? ''), key: options?.key, body })
        through()
        return path === '/public/reports' ? { number: '006-20261124-00001-K', token: 'tok', street: { zh: '', en: '' }, promise: { zh: '', en: '' }, qr_svg: '' } : undefined
      },
    },
    upload: async (path: string) => {
      sent.push({ path })
      through()
      return { id: 'fil_1' }
    },
  }
})

const { discard, drain, parcels, send } = await import('../public/kept/outbox')
const { receipts } = await import('../public/kept/receipts')
const parcel = (key: string, photos = 0) => ({
  key, saved_at: '', class: { zh: '', en: '' }, receipt: null, refusal: '',
  body: { class: '0101', address: 'here', description: 'broken', files: [] },
  photos: Array.from({ length: photos }, () => new Blob(['x'], { type: 'image/jpeg' })),
})
const paths = () => sent.map(({ path }) => path)
const settled = () => vi.waitFor(() => expect(parcels.value).toEqual([]))

beforeEach(() => void (line = 'up'))
afterEach(async () => {
  for (const { key } of parcels.value) await discard(key)
  sent.length = 0
})

describe('a report', () => {
  it('goes at once, and its receipt stays in the browser', async () => {
    expect(await send(parcel('a'))).toMatchObject({ receipt: { number: '006-20261124-00001-K' } })
    await settled()
    expect(receipts.value[0]?.token).toBe('tok')
  })
  it('sends the words before the photos', async () => {
    await send(parcel('b', 2))
    await settled()
    const photo = ['/public/files', '/public/reports/006-20261124-00001-K/files']
    expect(paths()).toEqual(['/public/reports', ...photo, ...photo])
  })
  it('without a network waits, and goes later under the same key', async () => {
    line = 'down'
    expect(await send(parcel('c'))).toEqual({ kept: true, durable: false })
    expect(parcels.value).toHaveLength(1)
    line = 'up'
    await drain()
    await settled()
    expect([...new Set(sent.map(({ key }) => key))]).toEqual(['c'])
  })
  it('that is refused is handed back, not kept', async () => {
    line = new Problem(422, 'invalid', '', '', [{ field: 'address', detail: 'too short' }])
    expect(await send(parcel('d'))).toMatchObject({ problem: { status: 422 } })
    expect(parcels.value).toEqual([])
  })
  it('that waited and is then refused stays in sight with the reason, and is not sent again', async () => {
    line = 'down'
    await send(parcel('e'))
    line = new Problem(422, 'invalid', 'refused', '')
    await drain()
    expect(parcels.value[0]?.refusal).toBe('refused')
    const before = sent.length
    await drain()
    expect(sent).toHaveLength(before)
  })
  it('keeps its photos when the line breaks after the words', async () => {
    await send(parcel('f', 1)).then(() => (line = 'down'))
    await drain()
    expect(parcels.value[0]).toMatchObject({ key: 'f', receipt: { token: 'tok' } })
    line = 'up'
    await drain()
    await settled()
    expect(paths().filter((path) => path === '/public/reports')).toHaveLength(1)
  })
})
