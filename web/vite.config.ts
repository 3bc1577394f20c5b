import { fileURLToPath, URL } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import vue from '@vitejs/plugin-vue'
import VueI18n from '@intlify/unplugin-vue-i18n/vite'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** In development, `/p/anything` opens the public entry as the server does. */
function publicFallback(): Plugin {
  return {
    name: 'public-fallback',
    apply: 'serve',
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        const path = (request.url ?? '/').split('?')[0] ?? '/'
        if ((path === '/p' || path.startsWith('/p/')) && !path.includes('.')) request.url = '/p/index.html'
        next()
      })
    },
  }
}

/** vue-i18n asks all of Vue for one function, which would keep all of Vue in the first load; this asks for the function. */
function lighterVue(): Plugin {
  const asked = [
    ["import * as Vue from 'vue';", "import { getCurrentInstance as instanceOfVue } from 'vue';"],
    ["if (key in Vue) {", 'if (false) {'],
    ['return Vue[key];', 'return null;'],
    ['return Vue.getCurrentInstance();', 'return instanceOfVue();'],
  ] as const
  return {
    name: 'lighter-vue',
    enforce: 'pre',
    apply: 'build',
    transform(code, id) {
      if (!id.endsWith('/vue-i18n.runtime.mjs')) return null
      for (const [from] of asked) if (!code.includes(from)) this.error(`vue-i18n no longer says \`${from}\``)
      return asked.reduce((text, [from, to]) => text.replace(from, to), code)
    },
  }
}

// `npm run dev` is only the pages; the answers come from a running server.
const server = process.env['WANGGE_SERVER'] ?? 'http://127.0.0.1:8600'

export default defineConfig({
  publicDir: at('static'),
  plugins: [
    vue(),
    VueI18n({ include: [at('shared/messages/*.json'), at('office/*/messages.*.json'), at('public/*/messages.*.json')], runtimeOnly: true, fullInstall: false, dropMessageCompiler: true, strictMessage: true }),
    publicFallback(),
    lighterVue(),
  ],
  define: {
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  server: {
    host: '127.0.0.1',
    port: 8650,
    proxy: { '/api': server, '/health': server },
  },
  build: {
    target: ['chrome87', 'edge88', 'firefox91', 'safari14'],
    manifest: true,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    // A data: font or image would need a wider policy; everything is a file.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { office: at('index.html'), public: at('p/index.html') },
      output: {
        codeSplitting: {
          groups: [
            { name: 'vue', test: /node_modules\/(@vue|vue|vue-i18n|@intlify)\// },
            { name: 'map', test: /node_modules\/maplibre-gl\/.*\.m?js$/ },
            { name: 'charts', test: /node_modules\/(echarts|zrender)\// },
          ],
        },
      },
    },
  },
  test: { environment: 'node', include: ['tests/**/*.test.ts'] },
} as Parameters<typeof defineConfig>[0])
