/** A real browser on the district's pages, with eyes on everything that a page must not do. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium } from 'playwright-core'
import { bareKeys } from './words.mjs'

export const base = process.env.WANGGE_URL ?? 'http://127.0.0.1:8600'
/** The program itself, for what people do without a server. */
export const program = process.env.WANGGE_PROGRAM ?? fileURLToPath(new URL('../../target/debug/wangge', import.meta.url))
const executablePath = process.env.WANGGE_CHROMIUM || process.env.CHROMIUM || '/usr/bin/chromium'
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

/** The password of one of the demo's accounts. */
export function passwordOf(username) {
  const path = process.env.WANGGE_PASSWORDS
  assert.ok(path, 'WANGGE_PASSWORDS names no file')
  const password = JSON.parse(readFileSync(path, 'utf8'))[username]
  assert.ok(password, `the demo has no account \`${username}\``)
  return password
}

export async function openTheatre() {
  const browser = await chromium.launch({ executablePath, args })
  const watches = []

  /** A person with a browser of their own. */
  async function visitor(language, options = {}) {
    const { width = 1366, height = 768, at = null, ...rest } = options
    const context = await browser.newContext({
      baseURL: base,
      locale: language,
      timezoneId: 'Asia/Shanghai',
      viewport: { width, height },
      reducedMotion: 'reduce',
      ...(at ? { geolocation: { longitude: at[0], latitude: at[1] }, permissions: ['geolocation'] } : {}),
      ...rest,
    })
    context.setDefaultTimeout(20_000)
    await context.addInitScript((chosen) => localStorage.getItem('wangge.language') ?? localStorage.setItem('wangge.language', chosen), language)
    const page = await context.newPage()
    watches.push(watch(context, page))
    return page
  }

  return {
    visitor,
    /** Fails if any page of the play spoke to another host, broke its policy or threw. */
    async close() {
      await browser.close()
      assert.deepEqual(watches.flatMap((seen) => seen), [], 'what pages must not do')
    },
  }
}

function watch(context, page) {
  const seen = []
  const own = new URL(base).host
  context.on('request', (request) => {
    const { protocol, host } = new URL(request.url())
    if (['http:', 'https:', 'ws:', 'wss:'].includes(protocol) && host !== own) seen.push(`asked another host: ${request.url()}`)
  })
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to (?:apply|load|execute|connect)/i.test(message.text())) seen.push(`broke the policy: ${message.text()}`)
  })
  page.on('pageerror', (error) => seen.push(`threw: ${error.message} at ${page.url()}`))
  return seen
}

/** Nothing that hinders people with screen readers, keys or weak eyes, as far as a program can tell; and words, not keys. */
export async function checkPage(page, name) {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze()
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
  assert.deepEqual(told, [], `${name}: accessibility`)
  assert.deepEqual(bareKeys(await page.locator('body').innerText()), [], `${name}: keys without words`)
}

/** Asks the server as the person of this page, without the pages. */
export function ask(page, method, path, { body, headers = {} } = {}) {
  return page.evaluate(
    async ([verb, address, content, extra]) => {
      const response = await fetch(`/api/v1${address}`, {
        method: verb,
        headers: { Accept: 'application/json', ...(content ? { 'Content-Type': 'application/json' } : {}), ...extra },
        ...(content ? { body: JSON.stringify(content) } : {}),
      })
      return { status: response.status, body: await response.json().catch(() => null) }
    },
    [method, path, body ?? null, headers],
  )
}
