import { describe, expect, it } from 'vitest'
import { catalogues, code, flat } from './sources'

const chinese = /[\u3400-\u9fff\uff00-\uffef\u3000-\u303f]/
// A language is named in itself, and limits are written as the catalogue's notation asks.
const stayChinese = /^(language\.other|shell\.display\.zh|catalogue\.written\.\w+)$/
const files = catalogues()
const read = (path: string) => flat(JSON.parse(files.find((file) => file.path === path)?.text ?? '{}'))
const pairs = files.filter(({ path }) => path.endsWith('zh-CN.json')).map(({ path }) => [path, path.replace('zh-CN.json', 'en.json')] as const)

describe('messages', () => {
  it('exist for every room', () => expect(pairs.length).toBeGreaterThan(3))

  it.each(pairs)('%s has the keys of its English twin', (zh, en) => {
    expect([...read(zh).keys()].sort()).toEqual([...read(en).keys()].sort())
  })

  it.each(pairs)('%s fills the same places as its English twin', (zh, en) => {
    const english = read(en)
    const places = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()
    const differing = [...read(zh)].filter(([key, text]) => places(text).join() !== places(english.get(key) ?? '').join())
    expect(differing.map(([key]) => key)).toEqual([])
  })

  it.each(pairs)('%s has an English twin without Chinese', (_zh, en) => {
    const mixed = [...read(en)].filter(([key, text]) => chinese.test(text) && !stayChinese.test(key))
    expect(mixed).toEqual([])
  })

  it('are the only place with Chinese words', () => {
    // What a comment quotes is not shown to anybody.
    const bare = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, '')).replace(/^\s*\/\/.*$/gm, '')
    const literal = code().flatMap(({ path, text }) =>
      bare(text).split('\n').flatMap((line, at) => (chinese.test(line) ? [`${path}:${at + 1} ${line.trim()}`] : [])),
    )
    expect(literal).toEqual([])
  })
})

describe('message keys in the code', () => {
  const known = (part: string) => {
    const those = files.filter(({ path }) => path.endsWith('zh-CN.json') && (path.startsWith(part) || path === 'shared/messages/zh-CN.json' || path === `shared/messages/${part}.zh-CN.json`))
    return new Set(those.flatMap(({ path }) => [...read(path).keys()]))
  }
  const asked = /\b(?:t|tm|te)\(\s*(['`])([a-z_]+(?:\.[a-z_0-9]+)*\.?)(\$\{)?/g

  it.each(['public', 'office'])('of the %s pages all have words', (part) => {
    const keys = known(part)
    const missing = code()
      .filter(({ path }) => path.startsWith(`${part}/`) || path.startsWith('shared/'))
      .flatMap(({ path, text }) => {
        // The map's own words come with the office; the public page uses only its light picker.
        if (part === 'public' && path.startsWith('shared/map/') && !path.endsWith('PlacePicker.vue')) return []
        return [...text.matchAll(asked)].flatMap(([, , key = '', open]) => {
          const found = open ? [...keys].some((one) => one.startsWith(key)) : keys.has(key) || [...keys].some((one) => one.startsWith(`${key}.`))
          return found ? [] : [`${path}: ${key}`]
        })
      })
    expect(missing).toEqual([])
  })
})
