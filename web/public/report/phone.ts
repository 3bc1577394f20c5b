/** A phone number as people type it, brought to digits, a landline with its area code; null when it cannot be one. */
export function phoneOf(typed: string): string | null {
  const digits = typed.normalize('NFKC').replace(/[\s()-]/g, '').replace(/^\+?86(?=1\d{10}$)/, '')
  return /^1[3-9]\d{9}$/.test(digits) || /^0\d{9,11}$/.test(digits) ? digits : null
}
