/** Reports on their way: kept before they are sent, one key each until the server has answered; words first, photos after. */
import { ref, shallowRef } from 'vue'
import { api, Problem, upload } from '../../shared/api/client'
import type { PublicReceipt, PublicReportIn } from '../../shared/api/rooms'
import type { Text } from '../../shared/api/types'
import { all, put, remove } from './database'
import { addReceipt } from './receipts'

export interface Parcel {
  /** The Idempotency-Key of the report. */
  key: string
  saved_at: string
  body: PublicReportIn
  class: Text
  /** Photos that have not been uploaded yet. */
  photos: Blob[]
  /** Present once the words have arrived. */
  receipt: PublicReceipt | null
  /** Why the server refused it for good; the resident decides. */
  refusal: string
}

export type Sent = { receipt: PublicReceipt } | { kept: true; durable: boolean } | { problem: Problem }

export const parcels = shallowRef<Parcel[]>([])
/** Whether the browser really stores what waits here. */
export const durable = ref(true)

async function save(parcel: Parcel): Promise<void> {
  durable.value = await put('outbox', parcel)
  parcels.value = [parcel, ...parcels.value.filter((other) => other.key !== parcel.key)]
}

export async function discard(key: string): Promise<void> {
  await remove('outbox', key)
  parcels.value = parcels.value.filter((parcel) => parcel.key !== key)
}

/** Not refused: the line is down, the server is busy or ill, or this browser asked too often. */
export const mayPass = (problem: Problem) => problem.status === 0 || problem.status === 429 || problem.status >= 500

const problemOf = (error: unknown) => (error instanceof Problem ? error : new Problem(0, 'unreachable', '', ''))

async function sendWords(parcel: Parcel): Promise<Parcel> {
  if (parcel.receipt) return parcel
  const receipt = await api.post('/public/reports', parcel.body, { key: parcel.key })
  const sent = { ...parcel, receipt }
  addReceipt({ ...receipt, class: parcel.class, address: parcel.body.address, sent_at: new Date().toISOString() })
  await save(sent)
  return sent
}

async function sendPhotos(parcel: Parcel): Promise<void> {
  let left = parcel
  while (left.receipt && left.photos[0]) {
    const photo = new File([left.photos[0]], 'photo.jpg', { type: left.photos[0].type })
    try {
      const stored = await upload('/public/files', photo, () => undefined)
      await api.post('/public/reports/{number}/files', { token: left.receipt.token, files: [stored.id] }, { path: { number: left.receipt.number } })
    } catch (error) {
      if (mayPass(problemOf(error))) return
      // A photo that is refused is left behind; the words have arrived and the others still may.
    }
    left = { ...left, photos: left.photos.slice(1) }
    await save(left)
  }
  await discard(left.key)
}

// What a button of this page is sending right now; the drain leaves it alone.
const inHand = new Set<string>()

/** Sends a new report; what cannot be sent now stays here and goes by itself later. */
export async function send(parcel: Parcel): Promise<Sent> {
  inHand.add(parcel.key)
  await save(parcel)
  try {
    const sent = await sendWords(parcel)
    return sent.receipt ? { receipt: sent.receipt } : { kept: true, durable: durable.value }
  } catch (error) {
    const problem = problemOf(error)
    if (problem.status === 0) return { kept: true, durable: durable.value }
    await discard(parcel.key)
    return { problem }
  } finally {
    inHand.delete(parcel.key)
    void drain()
  }
}

/** Two tabs, or the page and a returning network, never carry the photos of one report at once. */
async function alone(work: () => Promise<void>): Promise<void> {
  await (navigator.locks ? navigator.locks.request('wangge.outbox', work) : work())
}

/** Sends whatever waits. A refusal stays in sight with its reason. */
export function drain(): Promise<void> {
  return alone(async () => {
    parcels.value = await all<Parcel>('outbox')
    for (const parcel of parcels.value.filter((waiting) => !waiting.refusal && !inHand.has(waiting.key))) {
      try {
        await sendPhotos(await sendWords(parcel))
      } catch (error) {
        const problem = problemOf(error)
        if (mayPass(problem)) return
        await save({ ...parcel, refusal: problem.message || problem.title })
      }
    }
  })
}

/** The page drains when it starts, when the network returns and when the resident comes back to it. */
export function startOutbox(): void {
  void drain()
  window.addEventListener('online', () => void drain())
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void drain()
  })
}
