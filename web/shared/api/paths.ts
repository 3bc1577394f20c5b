/** What the server's description says about a call: which addresses there are, what they take and what they answer. */
import type { components, paths } from './schema'

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** Addresses below /api/v1 that have the method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: P extends `/api/v1${infer Rest}` ? (paths[P] extends Record<M, object> ? Rest : never) : never
}[keyof paths]

type Operation<P extends string, M extends Method> = `/api/v1${P}` extends infer Whole extends keyof paths ? paths[Whole][M] : never
type Parameters<O> = O extends { parameters: infer V } ? V : never

type PathPart<V> = V extends { path: infer Values extends object } ? { path: Values } : unknown
type QueryPart<V> = V extends { query: infer Values extends object }
  ? { query: Values }
  : V extends { query?: infer Values extends object } ? { query?: Values } : unknown
/** Where the description asks for If-Match, a call without the version that was seen does not compile. */
type VersionPart<V> = V extends { header: { 'If-Match': string } } ? { version: number } : unknown

/** What completes an address. */
export type Where<P extends string, M extends Method> = PathPart<Parameters<Operation<P, M>>> & QueryPart<Parameters<Operation<P, M>>>
/** Why a call wants to see something personal: the word of a purpose, and the case or the matter. */
export interface Why { purpose: string; about?: string }
export interface Because {
  why?: Why
  /** A resident's pass to their own page. */
  pass?: string
}
export type Options<P extends string, M extends Method> = Where<P, M> & VersionPart<Parameters<Operation<P, M>>> & Because & {
  /** Sent as Idempotency-Key: the same key is the same click. */
  key?: string
  signal?: AbortSignal
}
/** The options may be left out where nothing in them is required. */
export type Optional<T> = Record<never, never> extends T ? [options?: T] : [options: T]

type Json<O> = O extends { requestBody: { content: { 'application/json': infer B } } } ? B : undefined
/** The body and the options of a call that changes something. */
export type Sent<P extends string, M extends Method> =
  Json<Operation<P, M>> extends undefined
    ? [body?: undefined, ...Optional<Options<P, M>>]
    : [body: Json<Operation<P, M>>, ...Optional<Options<P, M>>]

type Done = 200 | 201 | 204
type Content<R> = R extends { content: infer C extends object } ? C[keyof C] : undefined
export type Answer<P extends string, M extends Method> =
  Operation<P, M> extends { responses: infer R } ? { [S in keyof R]: S extends Done ? Content<R[S]> : never }[keyof R] : never

type Multipart = { requestBody: { content: { 'multipart/form-data': unknown } } }
/** Addresses that take a file. */
export type UploadPath = { [P in PathOf<'post'>]: Operation<P, 'post'> extends Multipart ? P : never }[PathOf<'post'>]
/** Addresses that take a file of rows, which they look at first. */
export type ImportPath = { [P in UploadPath]: Answer<P, 'post'> extends components['schemas']['Import'] ? P : never }[UploadPath]

/** Lists that come page by page. */
export type PagedPath = {
  [P in PathOf<'get'>]: Where<P, 'get'> extends { path: object } ? never : Where<P, 'get'> extends { query?: { cursor?: string | null } } ? P : never
}[PathOf<'get'>]
export type Query<P extends PathOf<'get'>> = NonNullable<Where<P, 'get'> extends { query?: infer V } ? V : never>
export type Item<P extends PathOf<'get'>> = Answer<P, 'get'> extends { items: (infer I)[] } ? I : never
