// The steward makes a flow stricter: writes a draft, sees what is wrong, walks past cases through it, and publishes it.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ask, checkPage, openTheatre } from '../stage/theatre.mjs'
import { signIn } from '../stage/office.mjs'
import { tongue } from '../stage/words.mjs'

describe('a flow is changed', { concurrency: false }, () => {
  const t = tongue('zh-CN')
  let theatre, page, signing
  const save = () => page.getByRole('button', { name: t('flows.save') })
  const actions = () => page.getByRole('region', { name: t('flows.actions') })
  const replay = () => page.getByRole('region', { name: t('flows.replay'), exact: true })

  before(async () => {
    theatre = await openTheatre()
    page = await theatre.visitor('zh-CN')
    await signIn(page, 'steward', 'zh-CN')
    const { body } = await ask(page, 'GET', '/catalogue/flows/city-case')
    signing = t.of(body.actions.find((action) => action.key === 'sign').name)
  })
  after(() => theatre.close())

  test('a draft is begun from the flow in force', async () => {
    await page.goto('/catalogue/flows')
    await page.getByRole('link', { name: new RegExp(t('flows.edit')) }).click()
    await page.getByRole('button', { name: t('flows.begin') }).first().click()
    await actions().waitFor()
    assert.equal(await save().isDisabled(), true, 'nothing is changed yet')
    await checkPage(page, 'flow draft')
  })

  test('what is wrong is told beside the part that it is about', async () => {
    await actions().getByRole('button', { name: signing, exact: true }).focus()
    await page.keyboard.press('Enter')
    const from = actions().getByRole('group', { name: t('flows.from') }).getByRole('checkbox', { checked: true })
    await from.first().uncheck()
    await page.keyboard.press('Control+s')
    const line = actions().getByRole('listitem').filter({ has: page.getByRole('button', { name: signing, exact: true }) }).first()
    await line.locator('.finding-notes li').first().waitFor()
    assert.equal(await page.getByRole('button', { name: new RegExp(t('catalogue.publish')) }).isDisabled(), true)
    await actions().getByRole('group', { name: t('flows.from') }).getByRole('checkbox').nth(3).check()
  })

  test('past cases are walked through the draft, and those that differ are named', async () => {
    await actions().getByRole('group', { name: t('flows.needs') }).getByRole('checkbox', { name: t('catalogue.need.note') }).check()
    await save().click()
    await page.getByText(t('catalogue.sound')).waitFor()
    await replay().getByLabel(t('flows.replay_from')).fill(new Date(Date.now() - 100 * 86_400_000).toISOString().slice(0, 10))
    await replay().getByLabel(t('flows.replay_to')).fill(new Date(Date.now() + 86_400_000).toISOString().slice(0, 10))
    await replay().getByRole('button', { name: t('flows.replay_run') }).click()
    const group = replay().getByRole('row').filter({ hasText: signing }).first()
    await group.waitFor({ timeout: 120_000 })
    await group.locator('summary').click()
    assert.match(await group.getByRole('link').first().innerText(), /^\d{3}-\d{8}-\d{5}-/)
    await checkPage(page, 'flow replay')
  })

  test('it is published from a day on, and orders under way keep theirs', async () => {
    await page.getByRole('button', { name: new RegExp(t('catalogue.publish')) }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(t('catalogue.effective_from')).fill(new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10))
    await dialog.getByRole('button', { name: t('catalogue.publish'), exact: true }).click()
    await page.waitForURL(/\/catalogue\/flows$/)
    const { body } = await ask(page, 'GET', '/catalogue/flows/city-case')
    const { status, body: next } = await ask(page, 'GET', `/catalogue/flows/city-case?version=${body.version + 1}`)
    assert.equal(status, 200)
    assert.deepEqual(next.actions.find((action) => action.key === 'sign').needs, ['note'])
    assert.deepEqual(body.actions.find((action) => action.key === 'sign').needs, [], 'until then the version before is in force')
  })

  test('another system is told, and its secret is shown once', async () => {
    const admin = await theatre.visitor('zh-CN')
    await signIn(admin, 'admin', 'zh-CN')
    await admin.goto('/webhooks')
    await admin.getByRole('button', { name: t('webhooks.new') }).click()
    await admin.getByLabel(t('webhooks.url')).fill('https://hooks.example.cn/in')
    await admin.getByRole('button', { name: t('webhooks.make'), exact: true }).click()
    assert.match(await admin.locator('.webhook-secret').innerText(), /^whsec_/)
    await admin.getByRole('button', { name: t('webhooks.secret_kept') }).click()
    await admin.getByRole('link', { name: 'https://hooks.example.cn/in' }).click()
    await admin.getByRole('heading', { name: t('webhooks.deliveries') }).waitFor()
    assert.equal((await admin.locator('body').innerText()).includes('whsec_'), false)
    await checkPage(admin, 'webhooks')
    const { body } = await ask(admin, 'GET', '/webhooks')
    for (const hook of body.items) await ask(admin, 'DELETE', `/webhooks/${hook.id}`)
  })
})
