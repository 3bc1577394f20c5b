/** Who is at the desk, and in which post. */
import { computed, ref } from 'vue'
import { defineStore } from 'pinia'
import { api, onSessionEnd, Problem } from '../shared/api/client'
import type { Session } from '../shared/api/types'

const ended = () => new Problem(401, 'unauthenticated', '', '')

interface Waiting { promise: Promise<void>; resolve: () => void; reject: (why: Problem) => void }

export const useSession = defineStore('session', () => {
  const session = ref<Session | null>(null)
  let asked = false
  /** The server ended the session while work was on the screen. */
  const expired = ref(false)
  let waiting: Waiting | null = null

  const post = computed(() => session.value?.post ?? null)
  const may = (right: string) => session.value?.rights.includes(right) ?? false

  /** What the server knows of this browser; asked once. */
  async function load(): Promise<Session | null> {
    if (asked) return session.value
    try {
      session.value = await api.get('/session')
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error
      session.value = null
    }
    asked = true
    return session.value
  }

  function take(fresh: Session) {
    session.value = fresh
    asked = true
  }

  async function signIn(username: string, password: string, totp?: string) {
    take(await api.post('/session', { username, password, ...(totp ? { totp } : {}) }))
  }
  async function useCode(code: string, username: string, password: string) {
    take(await api.post('/session/bootstrap', { code, username, password }))
  }
  async function usePost(postId: string) {
    take(await api.put('/session/post', { post_id: postId }))
  }
  async function signOut() {
    await api.remove('/session')
    session.value = null
  }
  /** Reads again what changed about the account. */
  async function refresh() {
    take(await api.get('/session'))
  }

  /** Asks for the password on top of the work; the calls that met the end wait and then go on. */
  function renew(): Promise<void> {
    if (!session.value) return Promise.reject(ended())
    if (waiting) return waiting.promise
    let resolve = () => {}
    let reject = (_why: Problem) => {}
    const promise = new Promise<void>((yes, no) => {
      resolve = yes
      reject = no
    })
    waiting = { promise, resolve, reject }
    expired.value = true
    return promise
  }
  async function signInAgain(password: string, totp?: string) {
    const before = session.value
    if (!before) return
    await signIn(before.account.username, password, totp)
    if (before.post && session.value?.post?.id !== before.post.id) await usePost(before.post.id)
    expired.value = false
    waiting?.resolve()
    waiting = null
  }
  function giveUp() {
    session.value = null
    expired.value = false
    waiting?.reject(ended())
    waiting = null
  }
  onSessionEnd(renew)

  return { session, post, expired, may, load, signIn, useCode, usePost, signOut, refresh, signInAgain, giveUp }
})
