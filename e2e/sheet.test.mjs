// A sheet of every page: both languages, three widths, empty and error states; to be looked at in target/screens/index.html.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { signIn } from './stage/office.mjs'
import { officePages, publicPages } from './stage/pages.mjs'
import { ask, checkPage, openTheatre } from './stage/theatre.mjs'
import { languages, tongue } from './stage/words.mjs'

const folder = fileURLToPath(new URL('../target/screens/', import.meta.url))
const sizes = [{ width: 390, height: 844 }, { width: 1366, height: 768 }, { width: 1920, height: 1080 }]
const shots = []

before(() => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
})
after(() => writeFileSync(`${folder}index.html`, sheet()))

for (const language of languages) {
  describe(`every page in ${language}`, { concurrency: false }, () => {
    const t = tongue(language)
    const signedIn = new Map()
    let theatre
    before(async () => (theatre = await openTheatre()))
    after(() => theatre.close())

    /** Cookies of an account; each signs in once, as people do in the morning. */
    async function cookiesOf(who) {
      if (!signedIn.has(who)) {
        const page = await theatre.visitor(language)
        await signIn(page, who, language)
        signedIn.set(who, await page.context().storageState())
        await page.context().close()
      }
      return signedIn.get(who)
    }

    for (const spec of [...publicPages(t), ...officePages(t)]) {
      test(spec.name, async () => {
        const state = spec.who ? await cookiesOf(spec.who) : undefined
        const page = await theatre.visitor(language, { ...sizes[0], ...(state ? { storageState: state } : {}) })
        await spec.prepare?.(page)
        await open(page, spec)
        for (const [nth, size] of sizes.entries()) {
          await page.setViewportSize(size)
          await page.waitForTimeout(nth ? Math.min(spec.settle ?? 150, 500) : (spec.settle ?? 150))
          const file = `${spec.name}.${language}.${size.width}.png`
          await page.screenshot({ path: folder + file, fullPage: spec.name.startsWith('public') })
          shots.push({ name: spec.name, language, width: size.width, file })
          // The wide ones differ in nothing that this check can see.
          if (size.width < 1920) await checkPage(page, `${spec.name} at ${size.width}`)
        }
        await page.context().close()
      })
    }
  })
}

async function open(page, spec) {
  let path = spec.path
  if (typeof path === 'function') {
    await page.goto('/inbox')
    path = await path((method, address) => ask(page, method, address))
  }
  await page.goto(path)
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  // What is still on its way says so; live news keep the line open, so that the network is never idle.
  await page.waitForFunction(() => !document.querySelector('.note.wait'), undefined, { timeout: 10_000 })
  await spec.then?.(page)
}

function sheet() {
  const names = [...new Set(shots.map(({ name }) => name))]
  const figure = ({ file, language, width }) => `<figure><a href="${file}"><img src="${file}" alt="" loading="lazy" style="width:${width === 390 ? 195 : 460}px"></a><figcaption>${language} ${width}</figcaption></figure>`
  const rows = names.map((name) => `<h2>${name}</h2><div>${shots.filter((shot) => shot.name === name).map(figure).join('')}</div>`)
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Every page</title><style>body{font:14px system-ui,sans-serif;margin:24px;background:#e9ecef}div{display:flex;flex-wrap:wrap;gap:12px;align-items:flex-start}figure{margin:0}img{display:block;border:1px solid #b9c0c8}</style><h1>Every page</h1>${rows.join('')}</html>\n`
}
