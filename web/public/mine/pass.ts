/** The pass to one's own page: in this page's memory alone, for half an hour, never in the storage or in an address. */
import { readonly, ref, shallowRef } from 'vue'
import { api, Problem } from '../../shared/api/client'
import type { MinePass } from '../../shared/api/rooms'
import { now } from '../../shared/moments'

const pass = shallowRef<MinePass | null>(null)
const over = ref(false)
let timer: ReturnType<typeof setTimeout> | undefined

/** Whose page is open. */
export const held = readonly(pass)
/** The half hour is over: the page says so beside the form. */
export const isOver = readonly(over)

function leave(ended: boolean) {
  clearTimeout(timer)
  pass.value = null
  over.value = ended
}

export async function signIn(idNumber: string, code: string): Promise<void> {
  const given = await api.post('/public/mine/sign-in', { id_number: idNumber, code })
  clearTimeout(timer)
  pass.value = given
  over.value = false
  // On a screen that others use, what was shown goes away by itself.
  timer = setTimeout(() => leave(true), Math.max(0, Date.parse(given.until) - now()))
}

export const signOut = () => leave(false)

/** Runs a call with the pass; when the pass is over, the form comes back. */
export async function asMe<T>(call: (pass: string) => Promise<T>): Promise<T> {
  const mine = pass.value
  if (!mine) throw new Problem(401, 'unauthenticated', '', '')
  try {
    return await call(mine.pass)
  } catch (error) {
    if (error instanceof Problem && error.status === 401 && pass.value === mine) leave(true)
    throw error
  }
}
