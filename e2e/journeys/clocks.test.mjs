// The time of a case: a pause that is granted and ended, two extensions and no third, parking and waking.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { act, openOrder, pointOfPost, signIn } from '../stage/office.mjs'
import { ask, checkPage, openTheatre } from '../stage/theatre.mjs'
import { languages, tongue } from '../stage/words.mjs'

const told = {
  'zh-CN': { address: '柳石路井盖', words: '井盖破损，行人绕行', reason: '需会同产权单位现场核查', basis: '办理规程第九条', more: '配件到货延迟', no: '理由不足' },
  en: { address: 'Liushi Road, the cover', words: 'The cover is broken', reason: 'The owner has to be there', basis: 'Rule 9', more: 'The part comes late', no: 'Not enough' },
}

for (const language of languages) {
  describe(`the time of a case, in ${language}`, { concurrency: false }, () => {
    const t = tongue(language)
    const { address, words, reason, basis, more, no } = told[language]
    let theatre, desk, handler, head, chief, number, id

    before(async () => {
      theatre = await openTheatre()
      const grid = await theatre.visitor(language)
      await signIn(grid, 'grid', language)
      const point = await pointOfPost(grid)
      desk = await theatre.visitor(language)
      await signIn(desk, 'desk', language)
      handler = await theatre.visitor(language)
      await signIn(handler, 'handler', language)
      head = await theatre.visitor(language)
      await signIn(head, 'department', language)
      chief = await theatre.visitor(language)
      await signIn(chief, 'chief', language)
      const { body: session } = await ask(handler, 'GET', '/session')
      const report = { class: 'p0101', point, address, description: words }
      let order = (await ask(desk, 'POST', '/orders', { body: report })).body
      number = order.number
      id = order.id
      const step = async (page, body) => {
        const answer = await ask(page, 'POST', `/orders/${id}/steps`, { body, headers: { 'If-Match': `"${order.version}"` } })
        assert.equal(answer.status, 200, JSON.stringify(answer.body))
        order = answer.body
      }
      await step(desk, { action: 'accept', standard_id: order.suggestion.standard_id })
      await step(desk, { action: 'dispatch', organisation_id: session.post.organisation.id })
      await step(handler, { action: 'sign' })
    })
    after(() => theatre.close())

    const panel = (page) => page.getByRole('region', { name: t('clocks.title') })
    const case_ = async () => (await ask(desk, 'GET', `/orders/${id}`)).body
    /** Waits until the case is as the act should leave it. */
    async function until(holds, what) {
      for (let tries = 0; tries < 80; tries += 1) {
        const order = await case_()
        if (holds(order)) return order
        await desk.waitForTimeout(150)
      }
      throw new Error(`the case does not become ${what}`)
    }
    /** Asks by the dialog. */
    async function request(page, kind, fill) {
      await openOrder(page, number, t)
      const before = (await case_()).requests.length
      await panel(page).getByRole('button', { name: new RegExp(`^${t('clocks.ask')}`) }).click()
      const dialog = page.getByRole('dialog', { name: t('clocks.ask') })
      await dialog.getByText(t(`clocks.kinds.${kind}`), { exact: true }).click()
      await fill(dialog)
      await dialog.getByRole('button', { name: t('clocks.submit') }).click()
      await dialog.waitFor({ state: 'hidden' })
      await until((order) => order.requests.length > before, 'asked')
    }
    /** Decides on the page of what waits, with a key. */
    async function decide(page, key) {
      await page.goto('/requests')
      const row = page.getByRole('listitem').filter({ hasText: number }).first()
      await row.waitFor()
      await row.getByRole('button').first().focus()
      await page.waitForFunction((text) => document.querySelector('[aria-current=true]')?.textContent.includes(text), number)
      await page.keyboard.press(key)
    }
    const last = (order) => order.requests[order.requests.length - 1]

    test('the handler asks for a pause, the head endorses, the desk approves with one key', async () => {
      await request(handler, 'pause', async (dialog) => {
        await checkPage(handler, 'request')
        await dialog.getByLabel(t('clocks.reason')).fill(reason)
        await dialog.getByRole('textbox', { name: new RegExp(`^${t('clocks.basis')}`) }).fill(basis)
      })
      await decide(head, 'e')
      await until((order) => last(order).endorsed_at, 'endorsed')
      await desk.goto('/requests')
      await desk.getByText(number).first().waitFor()
      await checkPage(desk, 'requests')
      await decide(desk, 'a')
      await until((order) => order.light === 'paused', 'paused')
    })

    test('the handler ends the pause and the derivation tells of it', async () => {
      await openOrder(handler, number, t)
      await panel(handler).getByRole('button', { name: t('clocks.resume'), exact: true }).click()
      const order = await until((one) => one.light !== 'paused', 'resumed')
      const run = order.clocks.findLast((clock) => clock.clock === 'handling')
      assert.ok(run.derivation.some((line) => line.zh.includes(basis)), 'the basis stands in the derivation')
      await checkPage(handler, 'case with its time')
    })

    test('two extensions are approved, a refusal does not count, a third is not offered', async () => {
      const extension = async (dialog) => dialog.getByLabel(t('clocks.reason')).fill(more)
      await request(head, 'extend', extension)
      await decide(desk, 'x')
      const dialog = desk.getByRole('dialog', { name: t('clocks.words.refuse.title') })
      await dialog.getByRole('textbox').fill(no)
      await dialog.getByRole('button', { name: t('clocks.action.refuse') }).click()
      await until((order) => last(order).decision === 'refused', 'refused')
      for (let times = 0; times < 2; times += 1) {
        await request(head, 'extend', extension)
        await decide(desk, 'a')
        await until((order) => last(order).decision === 'approved' && !last(order).waits_for_endorsement, 'extended')
      }
      await openOrder(head, number, t)
      const { body } = await ask(head, 'GET', `/orders/${id}`)
      assert.ok(!body.clock_offers.requests.includes('extend'), 'no third')
      const third = await ask(head, 'POST', `/orders/${id}/requests`, { body: { kind: 'extend', reason: more } })
      assert.equal(third.status, 409)
    })

    test('the chief supervises and the unit answers', async () => {
      await openOrder(chief, number, t)
      await panel(chief).getByRole('button', { name: new RegExp(`^${t('clocks.supervise')}`) }).click()
      const dialog = chief.getByRole('dialog', { name: t('clocks.words.supervise.title') })
      await dialog.getByRole('textbox').first().fill(words)
      const tomorrow = new Date(Date.now() + 32 * 3_600_000).toISOString().slice(0, 16)
      await dialog.getByLabel(t('clocks.reply_until')).fill(tomorrow)
      await dialog.getByRole('button', { name: t('clocks.action.supervise') }).click()
      await until((order) => order.supervisions.length === 1, 'supervised')
      await openOrder(handler, number, t)
      await panel(handler).getByRole('button', { name: new RegExp(`^${t('clocks.action.reply')}`) }).click()
      const answer = handler.getByRole('dialog', { name: t('clocks.words.reply.title') })
      await answer.getByRole('textbox').fill(reason)
      await answer.getByRole('button', { name: t('clocks.action.reply') }).click()
      await until((order) => order.supervisions[0].reply, 'answered')
    })

    test('the case is parked until a day, and the desk wakes it before', async () => {
      const day = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10)
      await request(head, 'park', async (dialog) => {
        await dialog.getByLabel(t('clocks.reason')).fill(more)
        await dialog.getByLabel(t('clocks.wakes')).fill(day)
      })
      await decide(desk, 'a')
      await until((order) => order.state === 'parked', 'parked')
      await openOrder(desk, number, t)
      await act(desk, t, 'wake')
      const order = await until((one) => one.state === 'handling', 'awake')
      assert.equal(order.parked_until, null)
      assert.ok(!(await ask(head, 'GET', `/orders/${id}`)).body.clock_offers.requests.includes('park'), 'once')
    })
  })
}
