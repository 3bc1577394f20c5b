/** The one way to the server: JSON, problem+json errors, idempotent creates, versioned edits. */
import { language } from '../language'

export interface FieldProblem { field: string; detail: string }

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

export interface Options {
  query?: Record<string, string | number | boolean | null | undefined>
  /** Sent as Idempotency-Key: the same key is the same click. */
  key?: string
  /** Sent as If-Match: the version that the editor has seen. */
  version?: number
  signal?: AbortSignal
}

const base = '/api/v1'

/** A random key for one intended change; works without a secure context too. */
export function freshKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Address of a path below /api/v1 with its query; empty values are left out. */
export function url(path: string, query: Options['query'] = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value))
  }
  const text = search.toString()
  return base + path + (text ? `?${text}` : '')
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

async function send<T>(method: string, path: string, body: unknown, options: Options): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': language() }
  if (options.key) headers['Idempotency-Key'] = options.key
  if (options.version !== undefined) headers['If-Match'] = `"${options.version}"`
  const init: RequestInit = { method, headers, credentials: 'same-origin' }
  if (options.signal) init.signal = options.signal
  if (body instanceof FormData) init.body = body
  else if (body !== undefined) {
    headers['Content-Type'] = 'application/json'
    init.body = JSON.stringify(body)
  }
  return withSession(path, async () => {
    let response: Response
    try {
      response = await fetch(url(path, options.query), init)
    } catch (cause) {
      if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
      throw new Problem(0, 'unreachable', '', '')
    }
    if (!response.ok) throw await problemOf(response)
    if (response.status === 204) return undefined as T
    return (await response.json()) as T
  })
}

export const api = {
  get: <T>(path: string, query?: Options['query'], signal?: AbortSignal) =>
    send<T>('GET', path, undefined, { ...(query ? { query } : {}), ...(signal ? { signal } : {}) }),
  post: <T>(path: string, body: unknown = {}, options: Options = {}) =>
    send<T>('POST', path, body, { key: freshKey(), ...options }),
  put: <T>(path: string, body: unknown = {}, options: Options = {}) => send<T>('PUT', path, body, options),
  patch: <T>(path: string, body: unknown = {}, options: Options = {}) => send<T>('PATCH', path, body, options),
  remove: <T>(path: string, options: Options = {}) => send<T>('DELETE', path, undefined, options),
}

/** Uploads one file with progress from 0 to 1; fetch cannot report it, so this one is XMLHttpRequest. */
export function upload<T>(path: string, file: File, progress: (share: number) => void): Promise<T> {
  const key = freshKey()
  return withSession(path, () => transfer<T>(path, file, key, progress))
}

function transfer<T>(path: string, file: File, key: string, progress: (share: number) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', base + path)
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
