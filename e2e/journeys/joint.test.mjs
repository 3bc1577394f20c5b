// A joint dispatch: one unit leads, another helps with an obligation and a clock of its own; a return and its arbitration.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { act, openOrder, pointOfPost, signIn } from '../stage/office.mjs'
import { mendedCover } from '../stage/pictures.mjs'
import { ask, checkPage, openTheatre } from '../stage/theatre.mjs'
import { languages, tongue } from '../stage/words.mjs'

const told = {
  'zh-CN': { address: '柳石路与飞鹅路口', words: '污水井盖下沉，路面积水', done: '已关阀排水，配合施工', fixed: '井盖已抬升复位', notOurs: '管线属水务', clause: '《城镇排水与污水处理条例》', refers: '两家均不认领', rules: '管线产权单位负责' },
  en: { address: 'Crossing of Liushi Road', words: 'The sewer cover sank and water stands', done: 'The valve was closed', fixed: 'The cover was raised', notOurs: 'The pipe is not ours', clause: 'Drainage regulation', refers: 'Neither takes it', rules: 'The owner of the pipe is in charge' },
}

for (const language of languages) {
  describe(`a joint dispatch, in ${language}`, { concurrency: false }, () => {
    const t = tongue(language)
    const { address, words, done, fixed, notOurs, clause, refers, rules } = told[language]
    let theatre, desk, chief, lead, helper, water, own, number, id

    before(async () => {
      theatre = await openTheatre()
      const grid = await theatre.visitor(language)
      await signIn(grid, 'grid', language)
      const point = await pointOfPost(grid)
      desk = await theatre.visitor(language)
      await signIn(desk, 'desk', language)
      chief = await theatre.visitor(language)
      await signIn(chief, 'chief', language)
      lead = await theatre.visitor(language)
      await signIn(lead, 'handler', language)
      own = (await ask(lead, 'GET', '/session')).body.post.organisation
      water = (await ask(desk, 'GET', '/staff/organisations')).body.items.find(({ key }) => key === 'water')
      helper = await handlerOf(water.id)
      const report = { class: 'p0102', point, address, description: words }
      const { body: order } = await ask(desk, 'POST', '/orders', { body: report })
      number = order.number
      id = order.id
    })
    after(() => theatre.close())

    /** Somebody new in the handler's post of a unit. */
    async function handlerOf(unit) {
      const admin = await theatre.visitor(language)
      await signIn(admin, 'admin', language)
      const { body: posts } = await ask(admin, 'GET', `/staff/posts?organisation=${unit}&limit=200`)
      const post = posts.items.find(({ kind }) => kind === 'handler')
      assert.ok(post, 'the unit has a handler')
      const username = `water.${language.slice(0, 2)}.${Date.now()}`
      const { body: account } = await ask(admin, 'POST', '/staff/accounts', { body: { username, person_name: language === 'en' ? 'Water hand' : '水务处置员' } })
      const seated = await ask(admin, 'POST', '/staff/tenures', { body: { post: post.id, username } })
      assert.equal(seated.status, 201, JSON.stringify(seated.body))
      const page = await theatre.visitor(language, { width: 390, height: 844 })
      await page.goto('/sign-in')
      await page.getByLabel(t('sign_in.username'), { exact: true }).fill(username)
      await page.getByLabel(t('sign_in.password'), { exact: true }).fill(account.one_time_password)
      await page.getByRole('button', { name: t('sign_in.go'), exact: true }).click()
      await page.getByRole('navigation', { name: t('nav.main') }).waitFor()
      return page
    }
    const now = async (page = desk) => (await ask(page, 'GET', `/orders/${id}`)).body
    async function until(holds, what) {
      for (let tries = 0; tries < 80; tries += 1) {
        const order = await now()
        if (holds(order)) return order
        await desk.waitForTimeout(150)
      }
      throw new Error(`the case does not become ${what}`)
    }
    const panel = (page) => page.getByRole('region', { name: t('desk.title') })

    test('the desk sends it to a lead under the list, and asks the owner of the pipe to help', async () => {
      await openOrder(desk, number, t)
      await act(desk, t, 'accept')
      const { offers } = await now()
      assert.ok(offers.length > 1 && offers.every(({ clause }) => clause.zh), 'each offer has its clause')
      const main = desk.getByRole('region', { name: t('orders.now.title') })
      await main.getByRole('list', { name: t('desk.offers') }).getByRole('button', { name: new RegExp(t.of(own.name)) }).click()
      await until(({ state }) => state === 'dispatched', 'dispatched')
      await panel(desk).getByRole('button', { name: new RegExp(`^${t('desk.assist.title')}`) }).click()
      const dialog = desk.getByRole('dialog', { name: t('desk.assist.title') })
      await dialog.getByRole('combobox').fill(t.of(water.name))
      await dialog.getByRole('option', { name: t.of(water.name) }).click()
      await dialog.getByRole('button', { name: t('desk.assist.go'), exact: true }).click()
      const order = await until(({ obligations }) => obligations.length === 1, 'helped')
      assert.equal(order.duty.code.split('.').length, 3, 'it goes out under a sub-item')
      await panel(desk).getByText(t.of(water.name)).first().waitFor()
      await checkPage(desk, 'a joint dispatch')
    })

    test('the lead cannot finish while the helper has not', async () => {
      await openOrder(lead, number, t)
      await act(lead, t, 'sign')
      const { version } = await now()
      const { body: picture } = await uploaded(lead)
      const body = { action: 'resolve', note: fixed, files: [picture.id] }
      const refused = await ask(lead, 'POST', `/orders/${id}/steps`, { body, headers: { 'If-Match': `"${version}"` } })
      assert.equal(refused.status, 409)
      assert.match(refused.body.detail, new RegExp(t.of(water.name)))
    })

    test('the helper finds it among what it is asked to help with, signs, and brings evidence', async () => {
      await helper.goto('/inbox/helping')
      await helper.getByRole('listbox').getByRole('option').first().waitFor()
      await helper.goto(`/orders/${id}`)
      await panel(helper).getByRole('button', { name: t('desk.help.sign'), exact: true }).click()
      await until(({ obligations }) => obligations[0].signed_at, 'signed for')
      await panel(helper).getByRole('button', { name: new RegExp(`^${t('desk.help.done')}`) }).click()
      const dialog = helper.getByRole('dialog', { name: t('desk.help.done') })
      await dialog.getByLabel(t('orders.step.note'), { exact: true }).fill(done)
      await dialog.locator('input[type=file]').setInputFiles(mendedCover())
      await dialog.getByText(t('file.done')).first().waitFor()
      await dialog.getByRole('button', { name: t('desk.help.done'), exact: true }).click()
      const { obligations } = await until((order) => order.obligations[0].done_at, 'helped with')
      assert.deepEqual([obligations[0].done_note, obligations[0].files.length, obligations[0].clock.overdue], [done, 1, false])
      await checkPage(helper, 'help that is finished')
    })

    test('the lead gives it back; the ruling names the owner, whose clock starts with it', async () => {
      await openOrder(lead, number, t)
      await act(lead, t, 'return', { note: notOurs, clause })
      await openOrder(desk, number, t)
      await act(desk, t, 'refer', { note: refers })
      await openOrder(chief, number, t)
      await act(chief, t, 'rule', { note: rules, clause, unit: new RegExp(t.of(water.name)) })
      const { ruling, clocks, organisation } = await now()
      assert.deepEqual([organisation.id, ruling.charged_to, ruling.returned_by.id], [water.id, 'desk', own.id])
      assert.equal(clocks.filter(({ clock, stopped_at }) => clock === 'handling' && !stopped_at).length, 1)
      await chief.goto('/arbitration')
      await chief.getByRole('searchbox').fill(rules)
      await chief.getByRole('link', { name: number }).first().waitFor()
      await checkPage(chief, 'a ruling that is found again')
      await openOrder(helper, number, t)
      await act(helper, t, 'sign')
      await act(helper, t, 'resolve', { note: fixed, file: mendedCover() })
    })

    /** A picture sent without the pages. */
    const uploaded = (page) =>
      page.evaluate(async (bytes) => {
        const form = new FormData()
        form.append('file', new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }), 'cover.jpg')
        const response = await fetch('/api/v1/files', { method: 'POST', body: form, headers: { 'Idempotency-Key': crypto.randomUUID() } })
        return { status: response.status, body: await response.json() }
      }, [...mendedCover().buffer])
  })
}
