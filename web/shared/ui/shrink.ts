/** Photos leave the phone no longer than 1,600 pixels on the long side. */
const longest = 1600

export async function shrink(file: File): Promise<File> {
  const bitmap = await createImageBitmap(file).catch(() => null)
  // What the browser cannot decode is sent as it is; the server decides.
  if (!bitmap) return file
  const scale = longest / Math.max(bitmap.width, bitmap.height)
  if (scale >= 1) {
    bitmap.close()
    return file
  }
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(bitmap.width * scale)
  canvas.height = Math.round(bitmap.height * scale)
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  bitmap.close()
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.8))
  return blob ? new File([blob], 'photo.jpg', { type: 'image/jpeg' }) : file
}
