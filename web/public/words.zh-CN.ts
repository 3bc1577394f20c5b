/** The public page's Chinese words in one chunk. */
import common from '../shared/messages/zh-CN.json'
import own from '../shared/messages/public.zh-CN.json'

export default [common, own] as Record<string, unknown>[]
