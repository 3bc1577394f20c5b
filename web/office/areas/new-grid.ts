/** The fields of a grid that is about to begin, and how they travel. */
import type { AreaPartIn } from '../../shared/api/rooms'

export interface GridFields { zh: string; en: string; employer: boolean }

export const newGrid = ({ zh, en, employer }: GridFields): AreaPartIn => ({ name: { zh, en }, kind: employer ? 'employer' : 'standard' })
