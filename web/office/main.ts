import { createApp } from 'vue'
import { createPinia } from 'pinia'
import { VueQueryPlugin, QueryClient } from '@tanstack/vue-query'
import { Problem } from '../shared/api/client'
import { i18n, startLanguage } from '../shared/language'
import '../shared/tokens.css'
import '../shared/base.css'
import './office.css'
import App from './App.vue'
import { router } from './router'
import { applyPreferences } from './settings/preferences'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // A refusal does not change by asking again; a broken line may.
      retry: (count, error) => count < 2 && error instanceof Problem && (error.status === 0 || error.status >= 502),
    },
  },
})

// After an update the old page may ask for a chunk that is gone; one reload brings the new page.
window.addEventListener('vite:preloadError', (event) => {
  if (sessionStorage.getItem('wangge.reloaded')) return
  event.preventDefault()
  sessionStorage.setItem('wangge.reloaded', '1')
  location.reload()
})

async function start() {
  applyPreferences()
  await startLanguage({
    'zh-CN': async () => (await import('./words.zh-CN')).default,
    en: async () => (await import('./words.en')).default,
  })
  createApp(App).use(createPinia()).use(router).use(i18n).use(VueQueryPlugin, { queryClient: queries }).mount('#app')
}

void start()
