// Fails when a first load outgrows its budget. Counted gzipped, with the larger of the two languages.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))

/** What each first load consists of: its page, and the chunks that it opens with. */
const loads = [
  { name: 'public', page: 'p/index.html', opensWith: [], words: 'public', budget: 65 },
  {
    name: 'office with the inbox',
    page: 'index.html',
    opensWith: ['office/shell/Shell.vue', 'office/inbox/InboxPage.vue'],
    words: 'office',
    budget: 220,
  },
]

/** Every file that the browser must have for these chunks: they, their imports, their styles. */
function files(keys, found = new Set(), seen = new Set()) {
  for (const key of keys) {
    const chunk = manifest[key]
    if (!chunk) throw new Error(`the build has no \`${key}\``)
    if (seen.has(key)) continue
    seen.add(key)
    found.add(chunk.file)
    for (const style of chunk.css ?? []) found.add(style)
    files(chunk.imports ?? [], found, seen)
  }
  return found
}

const kilobytes = (names) => {
  const bytes = [...names].map((name) => gzipSync(readFileSync(new URL(name, dist)), { level: 9 }).length)
  return bytes.reduce((sum, one) => sum + one, 0) / 1024
}

let within = true
for (const { name, page, opensWith, words, budget } of loads) {
  const languages = ['zh-CN', 'en'].map((language) =>
    kilobytes(files([page, ...opensWith, `${words}/words.${language}.ts`]).add(page)),
  )
  const size = Math.max(...languages)
  within &&= size <= budget
  console.log(`${name}: ${size.toFixed(1)} of ${budget} KB${size <= budget ? '' : '  TOO LARGE'}`)
}

// All of it rides inside the program.
const whole = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(new URL(name, dist)).isFile())
const all = kilobytes(whole)
within &&= all <= 2048
console.log(`everything: ${all.toFixed(1)} of 2048 KB${all <= 2048 ? '' : '  TOO LARGE'}`)
if (!within) process.exit(1)
