/** The words that people see, from the catalogues of the pages, so that a journey looks for what is written there. */
import { readFileSync, readdirSync } from 'node:fs'

const web = new URL('../../web/', import.meta.url)
export const languages = ['zh-CN', 'en']

function merge(into, from) {
  for (const [key, value] of Object.entries(from)) {
    into[key] = value && typeof value === 'object' && !Array.isArray(value) ? merge(into[key] ?? {}, value) : value
  }
  return into
}

function catalogue(language) {
  const under = (part) => readdirSync(new URL(`${part}/`, web), { recursive: true, encoding: 'utf8' }).map((path) => `${part}/${path}`)
  const rooms = ['office', 'public'].flatMap(under).filter((path) => path.endsWith(`messages.${language}.json`))
  const paths = [`shared/messages/${language}.json`, `shared/messages/office.${language}.json`, `shared/messages/public.${language}.json`, ...rooms]
  return paths.reduce((all, path) => merge(all, JSON.parse(readFileSync(new URL(path, web), 'utf8'))), {})
}
const catalogues = Object.fromEntries(languages.map((language) => [language, catalogue(language)]))

/** The message of a key in a language, with its places filled; of a pair of forms the one for `values.n`. */
export function say(language, key, values = {}) {
  const text = key.split('.').reduce((part, name) => part?.[name], catalogues[language])
  if (typeof text !== 'string') throw new Error(`no message \`${key}\` in ${language}`)
  const forms = text.split(' | ')
  const form = forms.length > 1 && values.n !== 1 ? forms[1] : forms[0]
  return form.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''))
}

/** Says in one language; a two-language name of the server too. */
export function tongue(language) {
  const t = (key, values) => say(language, key, values)
  t.of = (text) => (language === 'en' ? text.en || text.zh : text.zh)
  t.language = language
  return t
}

/** Keys that stand on a page instead of their words; the catalogues' first names are how a key begins. */
const beginnings = Object.entries(catalogues['zh-CN']).filter(([, value]) => typeof value === 'object').map(([name]) => name)
const bare = new RegExp(`(?<![\\w./@-])(?:${beginnings.join('|')})\\.[a-z_]+(?:\\.[a-z_]+)*(?![\\w@/])`, 'g')
export const bareKeys = (text) => text.match(bare) ?? []
