// What goes wrong on an ordinary bad day: it is said clearly, nothing is lost, nothing is doubled.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openOrder, pointOfPost, signIn, stateOf } from '../stage/office.mjs'
import { brokenCover, falsePicture, hugePicture, paper } from '../stage/pictures.mjs'
import { codeAddress, numberOn, readProgress, sendReport, writeReport } from '../stage/resident.mjs'
import { ask, checkPage, openTheatre, passwordOf } from '../stage/theatre.mjs'
import { tongue } from '../stage/words.mjs'

const language = 'zh-CN'
const t = tongue(language)
const report = { address: '银山街道路口', words: '不明井盖弹跳、有异响' }
let theatre, place

before(async () => {
  theatre = await openTheatre()
  const grid = await theatre.visitor(language)
  await signIn(grid, 'grid', language)
  place = await pointOfPost(grid)
})
after(() => theatre.close())

const phone = (more = {}) => theatre.visitor(language, { width: 390, height: 844, at: place, ...more })
const posts = (page, list = []) => {
  page.on('request', (request) => {
    if (request.method() === 'POST' && new URL(request.url()).pathname === '/api/v1/public/reports') list.push(request.headers()['idempotency-key'])
  })
  return list
}

describe('a resident', { concurrency: false }, () => {
  test('who chooses a letter, a huge picture or a false one is told why, and can go on', async () => {
    const page = await phone()
    await page.goto('/p/report/photo')
    const input = page.locator('input[type=file]')
    await input.setInputFiles(paper())
    await page.getByText(t('file.wrong_type', { name: 'letter.pdf' })).waitFor()
    await input.setInputFiles(hugePicture())
    await page.getByText(t('file.too_big', { name: 'huge.png', size: '10.0' })).waitFor()
    await input.setInputFiles(falsePicture())
    await page.getByText(t('file.failed', { why: '' })).waitFor()
    await checkPage(page, 'photo refused')
    await page.getByRole('button', { name: t('file.remove', { name: t('file.photo', { n: 1 }) }) }).click()
    await input.setInputFiles(brokenCover())
    await page.getByText(t('file.done')).waitFor()
  })

  test('who leaves out what is needed is led to it', async () => {
    const page = await phone()
    await page.goto('/p/report/check')
    await page.getByRole('button', { name: t('public.check.send'), exact: true }).click()
    const summary = page.getByRole('alert')
    await summary.getByRole('heading', { name: t('problem.summary', { n: 3 }) }).waitFor()
    await summary.getByRole('link', { name: t('public.class.need') }).click()
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'class')
    await checkPage(page, 'check with gaps')
  })

  test('who taps twice has sent one report', async () => {
    const page = await phone()
    const keys = posts(page)
    await writeReport(page, language, report)
    await page.getByRole('button', { name: t('public.check.send'), exact: true }).dblclick()
    await page.getByRole('heading', { level: 1, name: t('public.sent.head') }).waitFor()
    assert.equal(new Set(keys).size, 1)
    await page.goto('/p/')
    assert.equal(await page.getByRole('region', { name: t('public.home.mine') }).getByRole('listitem').count(), 1)
  })

  test('whose answer is lost on the way gets the number of the first try', async () => {
    const page = await phone()
    const keys = posts(page)
    await writeReport(page, language, report)
    let first = ''
    await page.route('**/api/v1/public/reports', async (route) => {
      if (first) return route.continue()
      first = (await (await route.fetch()).json()).number
      return route.abort('connectionreset')
    })
    await page.getByRole('button', { name: t('public.check.send'), exact: true }).click()
    await page.waitForURL(/\/p\/report\/kept/)
    // It goes again by itself.
    await page.getByRole('link', { name: t('public.kept.receipt') }).click()
    await page.getByRole('heading', { level: 1, name: t('public.sent.head') }).waitFor()
    assert.equal(await numberOn(page), first)
    assert.equal(new Set(keys).size, 1)
  })

  test('without a network keeps the report in the phone, and it goes by itself later', async () => {
    const page = await phone()
    await writeReport(page, language, { ...report, photo: brokenCover() })
    await page.context().setOffline(true)
    await page.getByText(t('public.offline')).waitFor()
    await page.getByRole('button', { name: t('public.check.send'), exact: true }).click()
    await page.getByRole('heading', { level: 1, name: t('public.kept.head', { n: 1 }) }).waitFor()
    await page.getByText(t('public.kept.help')).waitFor()
    await checkPage(page, 'kept in the phone')
    await page.context().setOffline(false)
    await page.getByRole('link', { name: t('public.kept.receipt') }).click()
    await page.getByRole('heading', { level: 1, name: t('public.sent.head') }).waitFor()
    const number = await numberOn(page)
    assert.ok((await readProgress(page, await codeAddress(page, number), t)).includes(report.address))
  })

  test('who reports too often is told when to come back, and keeps the answers', async () => {
    const page = await phone()
    await writeReport(page, language, report)
    await page.route('**/api/v1/public/reports', (route) =>
      route.fulfill({ status: 429, contentType: 'application/problem+json', body: JSON.stringify({ code: 'too_many', title: '操作过于频繁', detail: '', retry_after_seconds: 90 }) }),
    )
    await page.getByRole('button', { name: t('public.check.send'), exact: true }).click()
    await page.getByRole('alert').getByText(t('problem.retry_after', { length: t('time.minutes', { n: 2 }) })).waitFor()
    await page.unroute('**/api/v1/public/reports')
    await sendReport(page, language)
  })

  test('with a wrong number learns what to check, and nobody else\'s case', async () => {
    const page = await phone()
    await page.goto('/p/track')
    await page.getByRole('button', { name: t('public.track.ask'), exact: true }).click()
    await page.getByRole('alert').getByRole('heading', { name: t('problem.summary', { n: 2 }) }).waitFor()
    await page.getByLabel(t('public.track.number'), { exact: true }).fill('006-20261123-00017-A')
    await page.getByLabel(t('public.track.tail'), { exact: true }).fill('9999')
    await page.getByRole('button', { name: t('public.track.ask'), exact: true }).click()
    await page.getByRole('alert').getByText(t('public.track.wrong_number')).or(page.getByRole('alert').getByText(t('public.track.not_found'))).waitFor()
    await checkPage(page, 'number not found')
    await page.goto('/p/track/006-20261123-00017-A?token=wrong')
    await page.getByRole('heading', { level: 1, name: t('public.track.missing') }).waitFor()
  })
})

describe('the office', { concurrency: false }, () => {
  test('a lost race shows what the other did, and changes nothing', async () => {
    const resident = await phone()
    await writeReport(resident, language, report)
    const number = await sendReport(resident, language)
    const [desk, chief] = [await theatre.visitor(language), await theatre.visitor(language)]
    await signIn(desk, 'desk', language)
    await signIn(chief, 'chief', language)
    // The slower one does not hear the news.
    await chief.route('**/api/v1/events*', (route) => route.abort())
    const row = await openOrder(chief, number, t)
    await openOrder(desk, number, t)
    await desk.keyboard.press('a')
    await stateOf(desk, row.id, (state) => state === 'accepted')
    await chief.keyboard.press('a')
    await chief.getByRole('alert').getByText(t('orders.race.title')).waitFor()
    await checkPage(chief, 'lost race')
    await chief.getByRole('button', { name: t('orders.race.understood') }).click()
    assert.equal(await stateOf(chief, row.id), 'accepted')
    const { status } = await ask(chief, 'POST', `/orders/${row.id}/steps`, { body: { action: 'accept' }, headers: { 'If-Match': `"${row.version}"`, 'Idempotency-Key': crypto.randomUUID() } })
    assert.equal(status, 409)
  })

  test('another street\'s case does not exist', async () => {
    const handler = await theatre.visitor(language)
    await signIn(handler, 'handler', language)
    const { body } = await ask(handler, 'GET', '/orders?view=closed&limit=100')
    const foreign = body.items.find(({ area }) => !area.startsWith('450204006'))
    assert.ok(foreign, 'the department works in other streets too')
    const desk = await theatre.visitor(language)
    await signIn(desk, 'desk', language)
    assert.equal((await ask(desk, 'GET', `/orders/${foreign.id}`)).status, 404)
    await desk.goto(`/orders/${foreign.id}`)
    await desk.getByText(t('orders.page.missing')).waitFor()
    await checkPage(desk, 'case of another street')
  })

  test('a session that ends leaves the work on the page', async () => {
    const desk = await theatre.visitor(language)
    await signIn(desk, 'desk', language)
    await desk.goto('/orders/new')
    const words = desk.getByLabel(t('orders.new.description'), { exact: true })
    await words.fill('路口井盖破损')
    await desk.context().clearCookies()
    await desk.getByRole('combobox', { name: t('orders.new.place'), exact: true }).pressSequentially('路')
    const again = desk.getByRole('dialog', { name: t('shell.again.title') })
    await again.waitFor()
    await checkPage(desk, 'session ended')
    await again.getByLabel(t('sign_in.password'), { exact: true }).fill(passwordOf('desk'))
    await again.getByRole('button', { name: t('shell.again.go') }).click()
    await again.waitFor({ state: 'detached' })
    assert.equal(await words.inputValue(), '路口井盖破损')
  })

  test('a wrong password says no more than that, and keeps the name', async () => {
    const page = await theatre.visitor(language)
    await page.goto('/sign-in')
    await page.getByLabel(t('sign_in.username'), { exact: true }).fill('clerk')
    await page.getByLabel(t('sign_in.password'), { exact: true }).fill('not the password')
    await page.getByRole('button', { name: t('sign_in.go'), exact: true }).click()
    await page.getByRole('alert').waitFor()
    assert.equal(await page.getByLabel(t('sign_in.username'), { exact: true }).inputValue(), 'clerk')
    await checkPage(page, 'wrong password')
  })
})
