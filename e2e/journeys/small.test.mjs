// The public page in an old hand: 320 px wide, which is also what 400 % zoom leaves of a laptop, and in large type.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { publicPages } from '../stage/pages.mjs'
import { openTheatre } from '../stage/theatre.mjs'
import { languages, tongue } from '../stage/words.mjs'

/** What is too small to read or to hit, and by how much the page is too wide. */
function measure() {
  const shown = (element) => element.checkVisibility() && !element.closest('.for-readers, svg, .skip')
  const name = (element) => `${element.tagName.toLowerCase()} "${(element.textContent || element.getAttribute('aria-label') || '').trim().slice(0, 24)}"`
  const words = [...document.querySelectorAll('body *')].filter((element) => shown(element) && [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim()))
  const targets = [...document.querySelectorAll('a, button, label.button, .input')].filter((element) => shown(element))
  return [
    ...words.filter((element) => parseFloat(getComputedStyle(element).fontSize) < 17).map((element) => `${name(element)} is ${getComputedStyle(element).fontSize}`),
    ...targets.map((element) => [element, element.getBoundingClientRect()]).filter(([, box]) => box.height < 47.5 || box.width < 47.5).map(([element, box]) => `${name(element)} is ${Math.round(box.width)} × ${Math.round(box.height)}`),
    ...(document.documentElement.scrollWidth > window.innerWidth ? [`the page is ${document.documentElement.scrollWidth} wide`] : []),
  ]
}

for (const language of languages) {
  describe(`the public page at 320 px in ${language}`, { concurrency: false }, () => {
    const t = tongue(language)
    let theatre, page
    before(async () => {
      theatre = await openTheatre()
      page = await theatre.visitor(language, { width: 320, height: 640 })
    })
    after(() => theatre.close())

    for (const spec of publicPages(t).filter(({ prepare, name }) => !prepare && !name.endsWith('large'))) {
      test(`${spec.name} is read and hit with ease, in both sizes of type`, async () => {
        for (const size of ['no', 'yes']) {
          await page.addInitScript((large) => localStorage.setItem('wangge.large', large), size)
          await page.goto(spec.path)
          await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor()
          await page.waitForFunction(() => !document.querySelector('.note.wait'))
          await spec.then?.(page)
          assert.deepEqual(await page.evaluate(measure), [], `large type: ${size}`)
        }
      })
    }
  })
}
