/** The language in use; kept outside Vue so that the client can send it. */
import { createI18n } from 'vue-i18n'
import type { Text } from './api/types'

export type Language = 'zh-CN' | 'en'
type Catalogue = Record<string, unknown>
type Loader = () => Promise<Catalogue[]>

const stored = 'wangge.language'

function initial(): Language {
  const asked = localStorage.getItem(stored)
  if (asked === 'zh-CN' || asked === 'en') return asked
  return navigator.language.toLowerCase().startsWith('en') ? 'en' : 'zh-CN'
}

export const i18n = createI18n({
  legacy: false,
  locale: initial() as string,
  fallbackLocale: 'zh-CN',
  missingWarn: import.meta.env.DEV,
  fallbackWarn: false,
  messages: {},
})

/** The language now shown. */
export function language(): Language {
  return i18n.global.locale.value as Language
}

/** The language of what is printed, as the server names it. */
export function paperLanguage(): 'zh' | 'en' {
  return language() === 'en' ? 'en' : 'zh'
}

let loaders: Record<Language, Loader> | null = null
const loaded = new Set<Language>()

async function load(which: Language): Promise<void> {
  if (!loaders || loaded.has(which)) return
  for (const part of await loaders[which]()) i18n.global.mergeLocaleMessage(which, part)
  loaded.add(which)
}

/** Loads the catalogue of the first language; the other one is fetched when it is chosen. */
export async function startLanguage(catalogues: Record<Language, Loader>): Promise<void> {
  loaders = catalogues
  await load(language())
  document.documentElement.lang = language()
}

export async function setLanguage(which: Language): Promise<void> {
  await load(which)
  i18n.global.locale.value = which
  localStorage.setItem(stored, which)
  document.documentElement.lang = which
}

/** The words of a two-language name in the language shown. */
export function say(text: Text | string | null | undefined): string {
  if (!text) return ''
  if (typeof text === 'string') return text
  return language() === 'en' ? text.en || text.zh : text.zh
}

/** The same at the beginning of a line or on a button; names of actions come in the middle of none. */
export function sayFirst(text: Text | null | undefined): string {
  const words = say(text)
  return words.charAt(0).toUpperCase() + words.slice(1)
}
