/** The report being written: kept in this browser at every change, so that a call or a dead battery loses nothing. */
import { reactive, ref, watch } from 'vue'
import { freshKey, Problem, upload } from '../../shared/api/client'
import type { Point, StoredFile, Text } from '../../shared/api/types'
import { all, put, remove } from '../kept/database'
import { online } from '../net'

export interface Photo { id: string; blob: Blob; stored: StoredFile | null; share: number; wrong: string }
export interface Draft {
  key: string
  photos: Photo[]
  point: Point | null
  area: string
  /** How the point was found, for the check page: the name of a place, or empty. */
  place: string
  address: string
  class: string
  className: Text | null
  description: string
  phone: string
}

const shelfKey = 'report'
const empty = (): Draft => ({
  key: freshKey(), photos: [], point: null, area: '', place: '', address: '', class: '', className: null, description: '', phone: '',
})

export const draft = reactive<Draft>(empty())
/** Nearby cases were looked at for this place already. */
export const nearbySeen = ref('')

const begun = () => Boolean(draft.photos.length || draft.point || draft.area || draft.address || draft.class || draft.description || draft.phone)
/** Whether there is something to go on with. */
export const hasDraft = ref(false)

function plain(): Draft & { key: string; report_key: string } {
  const copy = JSON.parse(JSON.stringify({ ...draft, photos: [] })) as Draft
  const photos = draft.photos.map((photo) => ({ id: photo.id, blob: photo.blob, stored: photo.stored ? { ...photo.stored } : null, share: 0, wrong: photo.wrong }))
  return { ...copy, photos, report_key: draft.key, key: shelfKey }
}

let timer: ReturnType<typeof setTimeout> | undefined
function keep() {
  clearTimeout(timer)
  void (begun() ? put('draft', plain()) : remove('draft', shelfKey))
}
function keepSoon() {
  hasDraft.value = begun()
  clearTimeout(timer)
  timer = setTimeout(keep, 100)
}

export async function loadDraft(): Promise<void> {
  const [kept] = await all<ReturnType<typeof plain>>('draft')
  if (kept) {
    const { report_key, ...rest } = kept
    Object.assign(draft, rest, { key: report_key })
    hasDraft.value = begun()
  }
  watch(draft, keepSoon, { deep: true })
  window.addEventListener('pagehide', keep)
}

/** Forgets the report, after it was sent or when the resident drops it. */
export async function dropDraft(): Promise<void> {
  Object.assign(draft, empty())
  nearbySeen.value = ''
  hasDraft.value = false
  clearTimeout(timer)
  await remove('draft', shelfKey)
}

/** A photo goes up while the resident writes; one that does not get through goes after the words. */
export async function carry(photo: Photo): Promise<void> {
  if (photo.stored || !online.value) return
  photo.wrong = ''
  try {
    const file = new File([photo.blob], 'photo.jpg', { type: photo.blob.type })
    photo.stored = await upload('/public/files', file, (share) => (photo.share = share))
  } catch (error) {
    const refused = error instanceof Problem && error.status >= 400 && error.status < 500 && error.status !== 429
    photo.wrong = refused ? error.message || error.title : ''
  }
}
