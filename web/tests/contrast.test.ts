import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('../shared/tokens.css', import.meta.url), 'utf8')
const tokens = new Map([...css.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name = '', value = '']) => [name, value]))

/** Relative luminance as WCAG 2.2 defines it. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
function contrast(one: string, other: string): number {
  const of = (name: string) => luminance(name.startsWith('#') ? name : (tokens.get(name) ?? '#808080'))
  const [low = 0, high = 0] = [of(one), of(other)].sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

const words = ['ink', 'second', 'brand', 'brand-strong', 'normal', 'soon', 'late', 'paused']
const grounds = ['surface', 'ground']
const pairs: [string, string][] = [
  ...words.flatMap((word) => grounds.map((ground): [string, string] => [word, ground])),
  ['brand', 'brand-pale'], ['brand-strong', 'brand-pale'], ['ink', 'brand-pale'], ['second', 'brand-pale'],
  ['late', 'late-pale'], ['ink', 'late-pale'], ['soon', 'soon-pale'], ['ink', 'soon-pale'], ['normal', 'normal-pale'],
  ['#ffffff', 'brand'], ['#ffffff', 'brand-strong'], ['#ffffff', 'second'], ['#ffffff', 'late'], ['#ffffff', 'normal'], ['#ffffff', 'soon'],
  ['ink', 'load-1'], ['ink', 'load-2'], ['#ffffff', 'load-4'], ['#ffffff', 'load-5'],
]

describe('colours', () => {
  it('of the tokens are read', () => expect(tokens.size).toBeGreaterThan(20))
  it.each(pairs)('%s on %s can be read (AA, 4.5:1)', (word, ground) => expect(contrast(word, ground)).toBeGreaterThanOrEqual(4.5))
  it('the frame of a field can be seen against what it frames (3:1)', () => expect(contrast('line-strong', 'surface')).toBeGreaterThanOrEqual(3))
})
