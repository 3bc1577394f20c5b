/** Who is at the desk, and in which post. */
import { computed, ref } from 'vue'
import { defineStore } from 'pinia'
import { api, Problem } from '../shared/api/client'
import type { Session } from '../shared/api/types'

export const useSession = defineStore('session', () => {
  const session = ref<Session | null>(null)
  const asked = ref(false)
  /** The server ended the session while work was on the screen. */
  const expired = ref(false)

  const post = computed(() => session.value?.post ?? null)
  const may = (right: string) => session.value?.rights.includes(right) ?? false

  async function load(): Promise<Session | null> {
    if (asked.value) return session.value
    try {
      session.value = await api.get<Session>('/session')
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error
      session.value = null
    }
    asked.value = true
    return session.value
  }

  function take(fresh: Session) {
    session.value = fresh
    asked.value = true
    expired.value = false
  }

  async function signIn(username: string, password: string, totp?: string) {
    take(await api.post<Session>('/session', { username, password, ...(totp ? { totp } : {}) }))
  }
  async function usePost(postId: string) {
    take(await api.put<Session>('/session/post', { post_id: postId }))
  }
  async function signOut() {
    await api.remove<void>('/session')
    session.value = null
  }
  /** The server said 401: work stays on the page, the person signs in again on top of it. */
  function end() {
    if (session.value) expired.value = true
  }

  return { session, post, expired, may, load, take, signIn, usePost, signOut, end }
})
