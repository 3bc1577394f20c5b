/** A phone number as people type it, brought to digits; null when it cannot be one. */
export function phoneOf(typed: string): string | null {
  const digits = typed.normalize('NFKC').replace(/[\s()-]/g, '').replace(/^\+?86(?=1\d{10}$)/, '')
  return /^1[3-9]\d{9}$/.test(digits) || /^0\d{9,11}$/.test(digits) || /^[2-8]\d{6,7}$/.test(digits) ? digits : null
}
