import './browser'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { i18n, setLanguage, startLanguage } from '../shared/language'
import { ago, clockTime, learnNow, length, near, now, today } from '../shared/moments'
import en from '../shared/messages/en.json'
import zh from '../shared/messages/zh-CN.json'

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.parse('2026-11-24T02:00:00Z') })
  learnNow('2026-11-24T02:00:00Z')
  await startLanguage({ 'zh-CN': async () => [zh], en: async () => [en] })
  await setLanguage('zh-CN')
})
afterEach(() => vi.useRealTimers())

describe('a moment near', () => {
  it('is named by its day in the district, not in the browser', () => {
    expect(near('2026-11-24T09:30:00Z')).toBe('今天 17:30')
    expect(near('2026-11-24T16:30:00Z')).toBe('明天 00:30')
    expect(near('2026-11-23T15:59:00Z')).toBe('昨天 23:59')
  })
  it('has a date and a weekday when it is further off', () => {
    expect(near('2026-11-27T09:30:00Z')).toBe('11月27日周五 17:30')
  })
  it('has a year when it is long ago', () => expect(near('2025-01-02T01:00:00Z')).toBe('2025年1月2日 09:00'))
  it('is said in English too', async () => {
    await setLanguage('en')
    expect(near('2026-11-24T09:30:00Z')).toBe('today 17:30')
  })
})

describe('a length', () => {
  it.each([
    [0, '0 分'], [59, '59 分'], [60, '1 小时'], [130, '2 小时 10 分'], [1440, '1 天'], [1500, '1 天 1 小时'], [2881, '2 天'], [-5, '0 分'],
  ])('of %i minutes is %s', (minutes, words) => expect(length(minutes)).toBe(words))
  it('counts one day and two days in English', async () => {
    await setLanguage('en')
    expect([length(1440), length(2880)]).toEqual(['1 day', '2 days'])
  })
})

describe('the past', () => {
  it.each([
    ['2026-11-24T01:59:40Z', '刚刚'], ['2026-11-24T01:57:00Z', '3 分前'], ['2026-11-23T23:00:00Z', '今天 07:00'],
  ])('%s is %s', (moment, words) => expect(ago(moment)).toBe(words))
})

describe('the clock', () => {
  it('is the server\'s when this machine\'s is wrong', () => {
    learnNow('2026-11-24T02:10:00Z')
    expect(now()).toBe(Date.parse('2026-11-24T02:10:00Z'))
  })
  it('takes no notice of the length of the journey', () => {
    learnNow('2026-11-24T02:00:01Z')
    expect(now()).toBe(Date.now())
  })
  it('turns the day at midnight of the district', () => {
    learnNow('2026-11-24T16:00:00Z')
    expect(today()).toBe('2026-11-25')
    expect(clockTime('2026-11-24T16:05:00Z')).toBe('00:05')
  })
  it('speaks the language of the page', () => expect(i18n.global.locale.value).toBe('zh-CN'))
})
