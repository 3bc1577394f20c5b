import { describe, expect, it } from 'vitest'
import { phoneOf } from '../public/report/phone'
import { checkCharacter, numberOf } from '../public/track/number'

describe('the number of a report', () => {
  it('ends in the check character of ISO/IEC 7064, MOD 37,36', () => {
    // The published examples of two standards that use it: ISAN (ISO 15706) and GRid.
    expect([checkCharacter('00000000D07A0090'), checkCharacter('A12425GABC1234002')]).toEqual(['Q', 'M'])
  })
  const written = `006-20261123-00017-${checkCharacter('0062026112300017')}`
  it.each([written, written.replaceAll('-', ''), written.toLowerCase(), written.replaceAll('-', ' '), written.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0))])('is understood as %s', (typed) => {
    expect(numberOf(typed)).toBe(written)
  })
  it('is refused when one digit is wrong', () => {
    for (let at = 0; at < 18; at += 1) {
      const digit = written.charAt(at)
      if (digit === '-') continue
      const other = digit === '9' ? '0' : String(Number(digit) + 1)
      expect(numberOf(written.slice(0, at) + other + written.slice(at + 1))).toBeNull()
    }
  })
  it.each(['', '12345', '006-2026-1'])('is refused when it is %j', (typed) => expect(numberOf(typed)).toBeNull())
})

describe('a phone number', () => {
  it.each([
    ['138 0000 1234', '13800001234'], ['+86 138-0000-1234', '13800001234'], ['１３８００００１２３４', '13800001234'], ['0772-3180000', '07723180000'],
  ])('%s is %s', (typed, digits) => expect(phoneOf(typed)).toBe(digits))
  it.each(['138', '3180000', '23800001234567', 'abc', '1380000123x'])('%s is none', (typed) => expect(phoneOf(typed)).toBeNull())
})
