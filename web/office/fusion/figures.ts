/** Numbers as people read them. */
import { language } from '../../shared/language'

export const number = (count: number) => new Intl.NumberFormat(language()).format(count)

/** A weight with its sign: what speaks for, and what speaks against. */
export const signed = (weight: number) => new Intl.NumberFormat(language(), { signDisplay: 'exceptZero', minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(weight)

/** A share of one in whole per cent, never 100 before all is done. */
export const percent = (done: number, total: number) => (total > 0 ? Math.min(Math.floor((done / total) * 100), 100) : 0)
