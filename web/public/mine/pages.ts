/** The pages of "my information" and their words, in one chunk of their own. */
import { i18n } from '../../shared/language'
import en from './messages.en.json'
import zh from './messages.zh-CN.json'

i18n.global.mergeLocaleMessage('zh-CN', zh)
i18n.global.mergeLocaleMessage('en', en)

export { default as MinePage } from './MinePage.vue'
