/** The one way to the server: JSON, problem+json errors, idempotent creates, versioned edits. */
import { language } from '../language'
import type { Answer, Because, Optional, Options, PathOf, Sent, UploadPath, Where, Why } from './paths'
import type { components } from './schema'

export type FieldProblem = components['schemas']['ProblemField']

/** What the server says when it refuses; `status` 0 means that it could not be reached. */
export class Problem extends Error {
  override name = 'Problem'
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly fields: FieldProblem[] = [],
    readonly requestId: string = '',
    readonly current: unknown = null,
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(detail || title)
  }
}

/** What every call may carry; which of it a call must carry, paths.ts reads off the description. */
interface Sending {
  path?: object
  query?: object
  key?: string
  version?: number
  signal?: AbortSignal
  why?: Why
  pass?: string
}

const base = '/api/v1'

/** A random key for one intended change; works without a secure context too. */
export function freshKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function address(path: string, { path: places = {}, query = {} }: Sending): string {
  const known = new Map<string, unknown>(Object.entries(places))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value))
  }
  const text = search.toString()
  return base + path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(known.get(name)))) + (text ? `?${text}` : '')
}

/** The whole address of something to be shown or listened to; empty values are left out of the query. */
export function url<P extends PathOf<'get'>>(path: P, ...[where]: Optional<Where<P, 'get'>>): string {
  return address(path, (where as Sending | undefined) ?? {})
}

function problemFrom(status: number, statusText: string, retryAfter: string | null, body: Record<string, unknown>): Problem {
  const text = (name: string) => (typeof body[name] === 'string' ? (body[name] as string) : '')
  const retry = body['retry_after_seconds'] ?? retryAfter
  return new Problem(
    status,
    text('code') || String(status),
    text('title') || statusText,
    text('detail'),
    Array.isArray(body['fields']) ? (body['fields'] as FieldProblem[]) : [],
    text('request_id'),
    body['current'] ?? null,
    retry === null || retry === undefined ? null : Number(retry),
  )
}

async function problemOf(response: Response): Promise<Problem> {
  const body: Record<string, unknown> = await response.json().catch(() => ({}))
  return problemFrom(response.status, response.statusText, response.headers.get('Retry-After'), body)
}

/** Resolves when the person has signed in again, rejects when they will not. */
type Renewal = () => Promise<void>
let renew: Renewal | null = null

/** Says what to do when the server ends the session: calls wait for it and then go on as if nothing had been. */
export function onSessionEnd(ask: Renewal): void {
  renew = ask
}

/** Runs a call; after an ended session once more, when the person is back. */
async function withSession<T>(path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    const ended = error instanceof Problem && error.status === 401 && error.code === 'unauthenticated'
    if (!ended || !renew || path === '/session') throw error
    await renew()
    return run()
  }
}

/** Why somebody wants to see something personal, or whose own page it is; words that are not ASCII travel percent-encoded. */
function purposeOf({ why, pass }: Sending): Record<string, string> {
  return { ...(pass ? { 'Wangge-Resident': pass } : {}), ...(why ? { 'Wangge-Purpose': why.purpose } : {}), ...(why?.about ? { 'Wangge-About': encodeURIComponent(why.about) } : {}) }
}

async function send(method: string, path: string, body: unknown, sending: Sending): Promise<never> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': language(), ...purposeOf(sending) }
  if (sending.key) headers['Idempotency-Key'] = sending.key
  if (sending.version !== undefined) headers['If-Match'] = `"${sending.version}"`
  const init: RequestInit = { method, headers, credentials: 'same-origin' }
  if (sending.signal) init.signal = sending.signal
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json'
    init.body = JSON.stringify(body)
  }
  return withSession(path, async () => {
    let response: Response
    try {
      response = await fetch(address(path, sending), init)
    } catch (cause) {
      if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
      throw new Problem(0, 'unreachable', '', '')
    }
    if (!response.ok) throw await problemOf(response)
    // Whatever comes: Api says what the description promises of it.
    return (response.status === 204 ? undefined : await response.json()) as never
  })
}

/** A call for each method: the address decides what must be sent and what comes back. */
interface Api {
  get<P extends PathOf<'get'>>(path: P, ...rest: Optional<Options<P, 'get'>>): Promise<Answer<P, 'get'>>
  post<P extends PathOf<'post'>>(path: P, ...rest: Sent<P, 'post'>): Promise<Answer<P, 'post'>>
  put<P extends PathOf<'put'>>(path: P, ...rest: Sent<P, 'put'>): Promise<Answer<P, 'put'>>
  patch<P extends PathOf<'patch'>>(path: P, ...rest: Sent<P, 'patch'>): Promise<Answer<P, 'patch'>>
  remove<P extends PathOf<'delete'>>(path: P, ...rest: Optional<Options<P, 'delete'>>): Promise<Answer<P, 'delete'>>
}

export const api = {
  get: (path: string, options: Sending = {}) => send('GET', path, undefined, options),
  post: (path: string, body: unknown = {}, options: Sending = {}) => send('POST', path, body, { key: freshKey(), ...options }),
  put: (path: string, body: unknown = {}, options: Sending = {}) => send('PUT', path, body, options),
  patch: (path: string, body: unknown = {}, options: Sending = {}) => send('PATCH', path, body, options),
  remove: (path: string, options: Sending = {}) => send('DELETE', path, undefined, options),
} as Api

/** Fetches a file and hands it to the browser to keep, under the name that the server gave it. */
export async function keep<P extends PathOf<'get'>>(path: P, ...[where]: Optional<Where<P, 'get'> & Because>): Promise<void> {
  const sending = (where as Sending | undefined) ?? {}
  const response = await withSession(path, async () => {
    const found = await fetch(address(path, sending), { headers: { 'Accept-Language': language(), ...purposeOf(sending) }, credentials: 'same-origin' }).catch(() => {
      throw new Problem(0, 'unreachable', '', '')
    })
    if (!found.ok) throw await problemOf(found)
    return found
  })
  const given = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get('Content-Disposition') ?? '')?.[1]
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await response.blob())
  link.download = decodeURIComponent(given ?? '')
  link.click()
  // The browser has begun to read by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

/** Uploads one file with progress from 0 to 1; fetch cannot report it, so this one is XMLHttpRequest. */
export function upload<P extends UploadPath>(
  path: P, file: File, progress: (share: number) => void, ...[where]: Optional<Where<P, 'post'>>
): Promise<Answer<P, 'post'>> {
  const whole = address(path, (where as Sending | undefined) ?? {})
  const key = freshKey()
  return withSession(path, () => transfer<Answer<P, 'post'>>(whole, file, key, progress))
}

/** Sends one file and takes another back, such as a workbook. */
export function uploadForFile<P extends UploadPath>(path: P, file: File, ...[where]: Optional<Where<P, 'post'>>): Promise<Blob> {
  return withSession(path, async () => {
    const form = new FormData()
    form.append('file', file)
    const init: RequestInit = { method: 'POST', body: form, credentials: 'same-origin', headers: { 'Accept-Language': language(), 'Idempotency-Key': freshKey() } }
    let response: Response
    try {
      response = await fetch(address(path, (where as Sending | undefined) ?? {}), init)
    } catch {
      throw new Problem(0, 'unreachable', '', '')
    }
    if (!response.ok) throw await problemOf(response)
    return response.blob()
  })
}

function transfer<T>(whole: string, file: File, key: string, progress: (share: number) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', whole)
    request.setRequestHeader('Accept', 'application/json')
    request.setRequestHeader('Accept-Language', language())
    request.setRequestHeader('Idempotency-Key', key)
    request.responseType = 'json'
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) progress(event.loaded / event.total)
    }
    request.onerror = () => reject(new Problem(0, 'unreachable', '', ''))
    request.onload = () => {
      const body = (request.response ?? {}) as Record<string, unknown>
      if (request.status < 300) resolve(body as T)
      else reject(problemFrom(request.status, request.statusText, request.getResponseHeader('Retry-After'), body))
    }
    const form = new FormData()
    form.append('file', file)
    request.send(form)
  })
}
