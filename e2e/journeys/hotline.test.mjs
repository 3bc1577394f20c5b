// A file of the hotline with headings of its own: read by a mapping, two rows bad, the rest imported, the bad ones taken
// home with their reasons; and a second call about the same thing joined with one key.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openOrder, pointOfPost, signIn } from '../stage/office.mjs'
import { ask, checkPage, openTheatre } from '../stage/theatre.mjs'
import { tongue } from '../stage/words.mjs'

const heads = ['单号', '诉求归类', '来电事由', '事发位置', 'X', 'Y', '来电性质']
const stamp = String(Date.now())

describe('a file of the hotline', { concurrency: false }, () => {
  const t = tongue('zh-CN')
  let theatre, page, file
  const outcome = (key) => page.locator('.numbers > div').filter({ hasText: t(key) }).locator('dd')

  before(async () => {
    theatre = await openTheatre()
    page = await theatre.visitor('zh-CN', { acceptDownloads: true })
    await signIn(page, 'desk', 'zh-CN')
    const [lon, lat] = await pointOfPost(page)
    const row = (nth, kind, words, x = lon) => [`H${stamp}-${nth}`, kind, words, `热线路 ${nth} 号`, x, lat, '投诉'].join(',')
    const lines = [heads.join(','), row(1, '乱停车', `电动车挡住路口 ${stamp}`), row(2, '乱停车', `电动车又挡住路口 ${stamp}`), row(3, '说不清', '不知道什么事'), row(4, '乱停车', '位置不对', '没有')]
    file = { name: 'hotline.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) }
  })
  after(() => theatre.close())

  test('its columns are named once', async () => {
    const { body: classes } = await ask(page, 'GET', '/public/classes')
    await page.goto('/orders/import')
    await page.locator('#import-file').setInputFiles(file)
    const form = page.getByRole('form', { name: t('intake.columns') })
    await form.waitFor()
    for (const [field, heading] of [['number', 0], ['class', 1], ['description', 2], ['address', 3], ['lon', 4], ['lat', 5], ['category', 6]]) {
      await page.locator(`[id="column-${field}"]`).selectOption(heads[heading])
    }
    await form.getByLabel(t('intake.classes')).fill(`乱停车 = ${classes.items[0].code}`)
    await form.getByLabel(t('intake.name')).fill(`热线 ${stamp}`)
    await checkPage(page, 'mapping')
    await form.getByRole('button', { name: t('intake.keep') }).click()
    await outcome('intake.good').waitFor()
    assert.deepEqual([await outcome('intake.good').innerText(), await outcome('intake.bad').innerText()], ['2', '2'])
    await checkPage(page, 'checked file')
  })

  test('what is good is imported, what is bad comes back with its reason', async () => {
    await page.getByRole('button', { name: t('intake.confirm', { n: 2 }) }).click()
    await page.getByText(t('intake.done', { n: 2 })).waitFor()
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: t('intake.rejected') }).click()])
    assert.equal(download.suggestedFilename(), 'rejected.xlsx')
    const { body } = await ask(page, 'GET', `/orders?view=to_accept&q=${stamp}`)
    assert.deepEqual(body.items.map((row) => row.source), ['hotline', 'hotline'])
  })

  test('the same file is known again, and brings nothing twice', async () => {
    await page.goto('/orders/import')
    await page.locator('#import-file').setInputFiles(file)
    await outcome('intake.good').waitFor()
    assert.equal(await page.getByLabel(t('intake.mapping')).inputValue(), `热线 ${stamp}`)
    await page.getByRole('button', { name: t('intake.confirm', { n: 2 }) }).click()
    await page.getByText(t('intake.known', { n: 2 })).waitFor()
    const { body } = await ask(page, 'GET', `/orders?view=to_accept&q=${stamp}`)
    assert.equal(body.items.length, 2)
  })

  test('the second call about it is joined with one key', async () => {
    const { body } = await ask(page, 'GET', `/orders?view=to_accept&q=${stamp}`)
    const [second, first] = [...body.items].sort((one, other) => other.number.localeCompare(one.number))
    await openOrder(page, second.number, t)
    await page.getByRole('heading', { name: t('orders.similar') }).waitFor()
    await page.keyboard.press('m')
    await page.getByText(t('orders.joined_into')).first().waitFor()
    await checkPage(page, 'joined case')
    const { body: joined } = await ask(page, 'GET', `/orders/${second.id}`)
    assert.equal(joined.state, 'joined')
    const { body: main } = await ask(page, 'GET', `/orders/${joined.joined_into.id}`)
    assert.ok(main.followers >= 1 && main.class.code === first.class.code)
  })
})

describe('a system is connected', { concurrency: false }, () => {
  const t = tongue('en')
  let theatre, page
  before(async () => {
    theatre = await openTheatre()
    page = await theatre.visitor('en')
    await signIn(page, 'admin', 'en')
  })
  after(() => theatre.close())

  test('its key is shown once, opens what it is for, and nothing after it was closed', async () => {
    await page.goto('/systems')
    await page.getByRole('button', { name: t('systems.new') }).click()
    await page.getByLabel(t('systems.name'), { exact: true }).fill(`Hotline ${stamp}`)
    await checkPage(page, 'new system')
    await page.getByRole('button', { name: t('systems.make'), exact: true }).click()
    const key = (await page.locator('.system-key').innerText()).trim()
    assert.equal(key.length, 43)
    await page.getByRole('button', { name: t('systems.key_kept') }).click()
    await page.getByRole('heading', { name: `Hotline ${stamp}` }).waitFor()
    assert.ok(!(await page.content()).includes(key))
    await checkPage(page, 'systems')
    const sent = () => ask(page, 'POST', '/intake/tickets', { body: { number: stamp, class: 'none', address: '', description: '' }, headers: { Authorization: `Bearer ${key}` } })
    assert.equal((await sent()).status, 422)
    await page.getByRole('button', { name: new RegExp(`^${t('systems.close')}`) }).first().click()
    await page.getByRole('dialog').getByRole('button', { name: t('systems.close'), exact: true }).last().click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    assert.equal((await sent()).status, 401)
  })
})
