/** The number of a report, `006-20261123-00017-K`; the last character checks the others (ISO/IEC 7064, MOD 37,36). */
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'

export function checkCharacter(text: string): string {
  let product = 36
  for (const character of text) {
    const value = alphabet.indexOf(character)
    if (value < 0) continue
    const sum = (product + value) % 36
    product = ((sum === 0 ? 36 : sum) * 2) % 37
  }
  return alphabet.charAt((37 - product) % 36)
}

/** A number as typed, full-width, small or without dashes, brought to its written form; null when a character is wrong. */
export function numberOf(typed: string): string | null {
  const plain = typed.normalize('NFKC').toUpperCase().replace(/[^0-9A-Z]/g, '')
  const match = /^(\d{3})(\d{8})(\d{5,})([0-9A-Z])$/.exec(plain)
  if (!match) return null
  const [, street, date, nth, check] = match
  return checkCharacter(`${street}${date}${nth}`) === check ? `${street}-${date}-${nth}-${check}` : null
}
