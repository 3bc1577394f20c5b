/** Pictures made here, so that the repository holds none: what a resident's camera might see. */
import { crc32, deflateSync } from 'node:zlib'

function chunk(kind, data) {
  const bytes = Buffer.alloc(data.length + 12)
  bytes.writeUInt32BE(data.length, 0)
  bytes.write(kind, 4, 'latin1')
  data.copy(bytes, 8)
  bytes.writeUInt32BE(crc32(bytes.subarray(4, data.length + 8)), data.length + 8)
  return bytes
}

/** A PNG of these pixels; `colour` answers red, green and blue for a point. */
function png(width, height, colour) {
  const raw = Buffer.alloc((width * 3 + 1) * height)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) raw.set(colour(x, y), y * (width * 3 + 1) + 1 + x * 3)
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2], 8)
  const mark = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([mark, chunk('IHDR', head), chunk('IDAT', deflateSync(raw)), chunk('IEND', Buffer.alloc(0))])
}

/** A cover in the road from above; broken, it has a crack. */
function cover(broken) {
  return png(960, 720, (x, y) => {
    const away = Math.hypot(x - 480, y - 360)
    const grain = (x * 31 + y * 17 + x * y) % 23
    if (away < 220 && broken && Math.abs(x - 430 - Math.sin(y / 21) * 14) < 7) return [18, 18, 20]
    if (away < 220) return (Math.floor(x / 36) + Math.floor(y / 36)) % 2 ? [92, 94, 98] : [104, 106, 110]
    if (away < 236) return [58, 60, 64]
    return [142 + grain, 140 + grain, 134 + grain]
  })
}

const file = (name, mimeType, buffer) => ({ name, mimeType, buffer })
export const brokenCover = () => file('cover.png', 'image/png', cover(true))
export const mendedCover = () => file('mended.png', 'image/png', cover(false))
/** Not a picture, though its name says so; the browser believes the name, the server does not. */
export const falsePicture = () => file('photo.jpg', 'image/jpeg', Buffer.from('this is no picture'))
export const paper = () => file('letter.pdf', 'application/pdf', Buffer.from('%PDF-1.4'))
/** One byte over the ten megabytes that a photo may have. */
export const hugePicture = () => file('huge.png', 'image/png', Buffer.alloc(10 * 1024 * 1024 + 1))
