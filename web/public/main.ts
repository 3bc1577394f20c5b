import { createApp } from 'vue'
import { i18n, startLanguage } from '../shared/language'
import '../shared/tokens.css'
import '../shared/base.css'
import './public.css'
import App from './App.vue'
import { fetchReportPages, startRouter } from './router'
import { applyLargeType } from './large-type'
import { loadDraft } from './report/draft'
import { startOutbox } from './kept/outbox'

// After an update the old page may ask for a chunk that is gone; one reload brings the new page.
window.addEventListener('vite:preloadError', (event) => {
  if (!navigator.onLine || sessionStorage.getItem('wangge.reloaded')) return
  event.preventDefault()
  sessionStorage.setItem('wangge.reloaded', '1')
  location.reload()
})

async function start() {
  applyLargeType()
  await Promise.all([
    startLanguage({
      'zh-CN': async () => (await import('./words.zh-CN')).default,
      en: async () => (await import('./words.en')).default,
    }),
    loadDraft(),
  ])
  await startRouter()
  createApp(App).use(i18n).mount('#app')
  startOutbox()
  // After the first picture, not before it.
  setTimeout(() => void fetchReportPages(), 500)
}

void start()
