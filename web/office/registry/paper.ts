/** A paper that came inside an answer, because its address may not be asked for twice. */
export function pdfOf(base64: string): Blob {
  const letters = atob(base64)
  const bytes = Uint8Array.from({ length: letters.length }, (_, at) => letters.charCodeAt(at))
  return new Blob([bytes], { type: 'application/pdf' })
}
