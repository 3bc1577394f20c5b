/** People who do not exist, for files that journeys send. */

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

/** A number that passes the check of GB 11643; an even `nth` is a woman's. */
export function identityNumber(birthDate, nth) {
  const body = `450204${birthDate.replaceAll('-', '')}${String(nth % 1000).padStart(3, '0')}`
  const sum = weights.reduce((all, weight, at) => all + weight * Number(body[at]), 0)
  return body + '10X98765432'[sum % 11]
}

const names = ['欧阳望舒', '司徒听澜', '夏侯修竹', '上官采薇', '令狐既明', '皇甫怀瑾']

/** So many of them, no two runs alike. */
export function strangers(count, stamp = Date.now()) {
  return Array.from({ length: count }, (_, nth) => {
    const birthDate = new Date(Date.UTC(1948, 0, 1) + ((Math.floor(stamp / 1000) * 7 + nth * 1303) % 18_000) * 86_400_000).toISOString().slice(0, 10)
    return {
      record: `E${stamp}-${nth}`,
      name: names[(Math.floor(stamp / 1000) + nth) % names.length],
      birthDate,
      idNumber: identityNumber(birthDate, Math.floor(stamp / 7) + nth),
      phone: `199${String((stamp + nth) % 100_000_000).padStart(8, '0')}`,
    }
  })
}

/** A file as offices export it. */
export const csv = (name, lines) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(lines.map((cells) => cells.join(',')).join('\r\n')) })
