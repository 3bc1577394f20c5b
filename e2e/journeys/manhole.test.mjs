// The main story: a resident reports a broken manhole cover, and everybody does their part until it is closed and rated.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { act, openOrder, pointOfPost, signIn, stateOf } from '../stage/office.mjs'
import { brokenCover, mendedCover } from '../stage/pictures.mjs'
import { codeAddress, numberOn, readProgress, sendReport, writeReport } from '../stage/resident.mjs'
import { ask, checkPage, openTheatre } from '../stage/theatre.mjs'
import { languages, tongue } from '../stage/words.mjs'

const told = {
  'zh-CN': { address: '银山街道人行道，公交站旁', words: '不明井盖破损、开裂，晚上看不清，有人差点绊倒', note: '已更换井盖，现场清理干净', comment: '修得很快', notOurs: '产权不属于本单位', clause: '37.02.02 井盖缺损上报', refers: '同类案件已有裁定', rules: '权属不明的井盖由城管维修', spared: /退回不成立/ },
  en: { address: 'Pavement in Yinshan Street, by the bus stop', words: 'The cover is cracked and hard to see at night', note: 'The cover was replaced and the place cleaned', comment: 'Quickly done', notOurs: 'Not our cover', clause: '37.02.02 Reporting missing covers', refers: 'There is a ruling on such a case', rules: 'Covers of unknown owners are for urban management', spared: /not counted in its favour/ },
}

for (const language of languages) {
  describe(`the manhole, in ${language}`, { concurrency: false }, () => {
    const t = tongue(language)
    const { address, words, note, comment, notOurs, clause, refers, rules, spared } = told[language]
    let theatre, resident, desk, handler, grid, board
    let place, number, order, code, counted, due, unit
    let steps = 0

    before(async () => {
      theatre = await openTheatre()
      grid = await theatre.visitor(language, { width: 390, height: 844 })
      await signIn(grid, 'grid', language)
      place = await pointOfPost(grid)
      board = await theatre.visitor(language)
      await signIn(board, 'chief', language)
      counted = await today()
      resident = await theatre.visitor(language, { width: 390, height: 844, at: place })
    })
    after(() => theatre.close())

    /** The numbers of the day of this street. */
    async function today() {
      const { body } = await ask(board, 'GET', '/insight/day?by=street')
      return body.items.find(({ key }) => key === '450204006')
    }
    /** The resident looks again and sees more than before. */
    async function residentSees(state) {
      const seen = await readProgress(resident, code, t)
      const list = resident.getByRole('list', { name: t('timeline.label') }).getByRole('listitem')
      const more = await list.count()
      assert.ok(more > steps, `the resident sees that it is ${state}: ${seen}`)
      steps = more
      return seen
    }

    test('the resident sends a photo, a place and a few words, and gets a number and a code', async () => {
      await writeReport(resident, language, { photo: brokenCover(), address, words, phone: '13800001234' }, (name) => checkPage(resident, name))
      number = await sendReport(resident, language)
      assert.match(number, /^006-\d{8}-\d{5,}-[0-9A-Z]$/)
      await resident.getByRole('img', { name: t('public.sent.qr') }).waitFor()
      await checkPage(resident, 'receipt')
      code = await codeAddress(resident, number)
      await residentSees('reported')
      await checkPage(resident, 'progress')
    })

    test('the desk accepts and dispatches it by the standard with two keys', async () => {
      desk = await theatre.visitor(language)
      await signIn(desk, 'desk', language)
      await desk.goto('/inbox/to_accept')
      await desk.getByRole('listbox').waitFor()
      await desk.keyboard.press('/')
      await desk.keyboard.type(number)
      order = (await ask(desk, 'GET', `/orders?view=to_accept&q=${number}`)).body.items[0]
      // Only this case is left in the list, and the keys are on it.
      await desk.waitForFunction((id) => {
        const rows = [...document.querySelectorAll('[role=listbox] [role=option]')]
        return rows.length === 1 && rows[0].id === `row-${id}` && rows[0].getAttribute('aria-selected') === 'true'
      }, order.id)
      // Past the sorting, the export and whatever else stands before the list.
      const focus = () => desk.evaluate(() => document.activeElement?.getAttribute('role'))
      for (let tabs = 0; tabs < 4 && (await focus()) !== 'listbox'; tabs += 1) await desk.keyboard.press('Tab')
      assert.equal(await focus(), 'listbox')
      const { suggestion } = (await ask(desk, 'GET', `/orders/${order.id}`)).body
      assert.ok(suggestion, 'the list of standards suggests a unit')

      await desk.keyboard.press('a')
      await stateOf(desk, order.id, (state) => state === 'accepted')
      await desk.getByText(t.of(suggestion.organisation.name)).first().waitFor()
      await desk.keyboard.press('d')
      await stateOf(desk, order.id, (state) => state === 'dispatched')

      const { body } = await ask(desk, 'GET', `/orders/${order.id}`)
      assert.equal(body.organisation.id, suggestion.organisation.id)
      assert.equal(body.standard.id, suggestion.standard_id)
      assert.ok(body.clocks.some(({ clock, due_at }) => clock === 'handling' && due_at), 'the handling clock runs')
      due = body.clocks.findLast(({ clock }) => clock === 'handling').due_at
      unit = body.organisation
      await residentSees('dispatched')
    })

    /** Another cover of the same kind, given back before and ruled upon. */
    async function ruledBefore() {
      const { body: report } = await ask(desk, 'POST', '/orders', { body: { class: order.class.code, point: place, address, description: words } })
      let seen = report
      const step = async (page, body) => {
        const answer = await ask(page, 'POST', `/orders/${report.id}/steps`, { body, headers: { 'If-Match': `"${seen.version}"` } })
        assert.equal(answer.status, 200, JSON.stringify(answer.body))
        seen = answer.body
      }
      await step(desk, { action: 'accept', standard_id: report.suggestion.standard_id })
      await step(desk, { action: 'dispatch', organisation_id: unit.id })
      await step(handler, { action: 'return', reason: notOurs, clause })
      await step(desk, { action: 'refer', reason: refers })
      await step(board, { action: 'rule', organisation_id: unit.id, reason: rules, clause })
    }

    test('the handler signs for it on his phone and gives it back as not his, naming the clause', async () => {
      handler = await theatre.visitor(language, { width: 390, height: 844 })
      await signIn(handler, 'handler', language)
      await ruledBefore()
      await openOrder(handler, number, t)
      await act(handler, t, 'sign')
      await residentSees('being handled')
      await act(handler, t, 'return', { note: notOurs, clause })
      await residentSees('with nobody')
    })

    test('a precedent says otherwise; arbitration names him, and the lost time stays on his clock', async () => {
      await openOrder(desk, number, t)
      const precedents = desk.getByRole('region', { name: t('desk.precedents') })
      await precedents.getByText(rules).first().waitFor()
      await act(desk, t, 'refer', { note: refers })
      await residentSees('in arbitration')
      await board.goto('/arbitration')
      await board.getByRole('link', { name: number }).waitFor()
      await checkPage(board, 'arbitration desk')
      await openOrder(board, number, t)
      await act(board, t, 'rule', { note: rules, clause, unit: new RegExp(t.of(unit.name)) })
      await residentSees('ruled upon')
      const { body } = await ask(desk, 'GET', `/orders/${order.id}`)
      const run = body.clocks.findLast(({ clock }) => clock === 'handling')
      assert.deepEqual([run.due_at, body.designated, body.ruling.charged_to], [due, true, 'unit'])
      assert.ok(run.derivation.some((line) => spared.test(t.of(line))), 'the derivation says what is not counted')
      const { body: his } = await ask(handler, 'GET', `/orders/${order.id}`)
      assert.ok(!his.actions.some(({ action }) => action === 'return'), 'a designated unit cannot give it back')
    })

    test('the handler signs for it and resolves it with a photo', async () => {
      await openOrder(handler, number, t)
      await act(handler, t, 'sign')
      await residentSees('being handled')
      await act(handler, t, 'resolve', { note, file: mendedCover() })
      await residentSees('resolved')
    })

    test('the grid worker verifies it on the spot', async () => {
      await openOrder(grid, number, t)
      await act(grid, t, 'verify')
      await residentSees('verified')
    })

    test('the desk closes it with one key', async () => {
      await openOrder(desk, number, t)
      await desk.keyboard.press('c')
      await stateOf(desk, order.id, (state) => state === 'closed')
    })

    test('the resident sees both photos and rates the work', async () => {
      await residentSees('closed')
      const main = resident.getByRole('main')
      await main.getByRole('region', { name: t('file.before') }).getByRole('img').first().waitFor()
      await main.getByRole('region', { name: t('file.after') }).getByRole('img').first().waitFor()
      await checkPage(resident, 'closed case')
      await main.getByRole('radio', { name: t('public.rate.word.5') }).check({ force: true })
      await main.getByRole('textbox').fill(comment)
      await main.getByRole('button', { name: t('public.rate.send') }).click()
      await main.getByText(t('public.rate.yours')).waitFor()
      assert.match(await main.innerText(), new RegExp(`${t('public.rate.word.5')}[\\s\\S]*${comment}`))
      const { body } = await ask(desk, 'GET', `/orders/${order.id}`)
      assert.deepEqual([body.rating.stars, body.rating.comment], [5, comment])
    })

    test('without the code the number and the end of the phone number are enough', async () => {
      const other = await theatre.visitor(language, { width: 390, height: 844 })
      await other.goto('/p/track')
      await other.getByLabel(t('public.track.number'), { exact: true }).fill(number.toLowerCase().replaceAll('-', ''))
      await other.getByLabel(t('public.track.tail'), { exact: true }).fill('1234')
      await other.getByRole('button', { name: t('public.track.ask'), exact: true }).click()
      await other.getByRole('region', { name: t('public.track.now') }).waitFor()
      assert.equal(await numberOn(other), number)
      assert.ok(!other.url().includes('1234'), 'no part of a phone number stands in an address')
    })

    test('the board counts it', async () => {
      const now = await today()
      // The case, and the one that was ruled upon before.
      assert.equal(now.reported - counted.reported, 2)
      assert.equal(now.closed - counted.closed, 1)
      await board.goto('/board?by=street')
      await board.getByRole('table').first().waitFor()
      const cells = await board.getByRole('row').filter({ hasText: t.of(now.name) }).first().innerText()
      assert.ok(cells.split(/\s+/).includes(String(now.reported)), `the table shows ${now.reported}: ${cells}`)
    })
  })
}
