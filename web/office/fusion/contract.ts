/** How a source's contract stands. */
export type Contract = 'running' | 'soon' | 'ended' | 'closed'

/** A contract that ends within these days is spoken of. */
const soonDays = 30

export function contractOf(source: { expires_at: string; closed_at?: string | null }, now: number): Contract {
  if (source.closed_at) return 'closed'
  const left = Date.parse(source.expires_at) - now
  if (left <= 0) return 'ended'
  return left < soonDays * 86_400_000 ? 'soon' : 'running'
}
