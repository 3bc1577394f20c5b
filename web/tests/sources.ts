/** The source files and message catalogues that the rules are checked on. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../', import.meta.url))
const parts = ['office', 'public', 'shared']

export interface Source { path: string; text: string }

function listed(ending: RegExp): Source[] {
  return parts
    .flatMap((part) => readdirSync(root + part, { recursive: true, encoding: 'utf8' }).map((path) => `${part}/${path}`))
    .filter((path) => ending.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(root + path, 'utf8') }))
}

export const code = () => listed(/\.(vue|ts)$/)
export const catalogues = () => listed(/\.(zh-CN|en)\.json$|(^|\/)(zh-CN|en)\.json$/)

/** Every message with its dotted key; lists count by their place. */
export function flat(messages: unknown, key = ''): Map<string, string> {
  if (typeof messages === 'string') return new Map([[key, messages]])
  const found = new Map<string, string>()
  for (const [name, value] of Object.entries(messages as Record<string, unknown>)) {
    for (const [path, text] of flat(value, key ? `${key}.${name}` : name)) found.set(path, text)
  }
  return found
}
