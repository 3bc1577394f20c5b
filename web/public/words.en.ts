/** The public page's English words in one chunk. */
import common from '../shared/messages/en.json'
import own from '../shared/messages/public.en.json'

export default [common, own] as Record<string, unknown>[]
