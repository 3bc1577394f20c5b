// The month is closed: a steward freezes it, a department objects to two cases, one is upheld and one refused, and
// everybody computes the same digits.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { signIn } from '../stage/office.mjs'
import { ask, checkPage, openTheatre } from '../stage/theatre.mjs'
import { languages, tongue } from '../stage/words.mjs'

const told = {
  'zh-CN': { moved: '放假安排调整，期限应顺延', again: '现场施工占道，无法进场', yes: '经核对放假通知，情况属实', no: '施工期间已另行安排，理由不成立' },
  en: { moved: 'The calendar had moved', again: 'The road was closed', yes: 'The notice says so', no: 'Another way was open' },
}
const street = '450204006'

for (const language of languages) {
  describe(`the month is closed, in ${language}`, { concurrency: false }, () => {
    const t = tongue(language)
    const words = told[language]
    let theatre, steward, head, leader, month, line, against, frozen

    before(async () => {
      theatre = await openTheatre()
      steward = await theatre.visitor(language)
      await signIn(steward, 'steward', language)
      head = await theatre.visitor(language)
      await signIn(head, 'department', language)
      leader = await theatre.visitor(language)
      await signIn(leader, 'leader', language)
      // Each language closes a month of its own: of those that are over and open, the one with most to object to.
      const { body: running } = await ask(steward, 'GET', `/insight/scorecards/departments?street=${street}`)
      const [year, number] = running.month.split('-').map(Number)
      const months = [2, 3, 4].map((back) => new Date(Date.UTC(year, number - back, 1)).toISOString().slice(0, 7))
      let most = -1
      for (const candidate of months) {
        const { body } = await ask(head, 'GET', `/insight/scorecards/departments?street=${street}&month=${candidate}`)
        const isLower = (key) => body.indicators.find((indicator) => indicator.key === key).better === 'lower'
        const counts = (one) => (isLower(one.indicator) ? one.numerator : one.denominator - one.numerator)
        const found = Math.max(0, ...body.rows.flatMap((row) => row.lines).map(counts))
        if (!body.freeze && found > most) [month, most] = [candidate, found]
      }
    })
    after(() => theatre.close())

    const place = () => `/scores?street=${street}&month=${month}`
    const open = async (page) => {
      await page.goto(place())
      await page.locator('.score-table').waitFor()
    }

    test('the steward sees what the month is made of and freezes it', async () => {
      await open(steward)
      await checkPage(steward, 'a month that is over')
      await steward.getByRole('button', { name: t('scores.freeze'), exact: true }).click()
      const dialog = steward.getByRole('dialog')
      await dialog.getByRole('button', { name: t('scores.freeze_yes'), exact: true }).click()
      await steward.getByRole('heading', { name: t('scores.revisions') }).waitFor()
      const { body } = await ask(steward, 'GET', `/insight/scorecards/departments?street=${street}&month=${month}`)
      frozen = body.freeze
      assert.ok(frozen, 'the month is frozen')
      await checkPage(steward, 'a frozen month')
    })

    test('the department opens a number and objects to two of its cases', async () => {
      const { body } = await ask(head, 'GET', `/insight/freezes/${frozen}`)
      const [own] = body.revisions[0].rows
      assert.equal(body.revisions[0].rows.length, 1, 'a department sees its own row')
      for (const one of own.lines) {
        const { body: cases } = await ask(head, 'GET', `/insight/freezes/${frozen}/orders?indicator=${one.indicator}&organisation=${own.organisation.id}`)
        assert.equal(cases.items.length, one.denominator, `${one.indicator} opens exactly its cases`)
        assert.equal(cases.items.filter((item) => item.counted).length, one.numerator)
        const lower = body.indicators.find((indicator) => indicator.key === one.indicator).better === 'lower'
        const found = [...new Set(cases.items.filter((item) => item.counted === lower).map((item) => item.number))]
        if (!line && found.length > 1) [line, against] = [one, found.slice(0, 2)]
      }
      assert.ok(line, 'two cases count against the department')
      for (const [at, number] of against.entries()) {
        await open(head)
        await head.locator('.score-table').getByRole('button', { name: t('scores.of', line) }).first().click()
        const dialog = head.getByRole('dialog')
        await dialog.getByLabel(t('scores.only_against')).check()
        await dialog.getByRole('row', { name: new RegExp(number) }).getByRole('button', { name: t('scores.object'), exact: true }).first().click()
        await dialog.getByRole('textbox').fill(at === 0 ? words.moved : words.again)
        if (at === 0) await checkPage(head, 'an objection')
        await dialog.getByRole('button', { name: t('scores.object_send') }).click()
        await dialog.getByRole('row', { name: new RegExp(number) }).getByText(t('scores.objected')).first().waitFor()
      }
    })

    test('the leader upholds one and refuses the other, each with a reason', async () => {
      await open(leader)
      for (const [answer, reason, said] of [['uphold', words.yes, 'upheld'], ['refuse', words.no, 'refused']]) {
        const list = leader.getByRole('region', { name: t('scores.objections', { n: 2 }) })
        await list.getByRole('button', { name: t('scores.decide'), exact: true }).first().click()
        await list.getByRole('textbox').fill(reason)
        await list.getByRole('button', { name: t(`scores.${answer}`), exact: true }).click()
        await list.getByText(t(`scores.${said}`), { exact: true }).waitFor()
      }
      await checkPage(leader, 'decided objections')
    })

    test('the score has a revision beside the frozen one, and everybody computes the same digits', async () => {
      for (const page of [steward, head, leader]) {
        await open(page)
        const history = page.getByRole('region', { name: t('scores.revisions') })
        assert.equal(await history.getByRole('listitem').count(), 2)
        await history.getByRole('button', { name: t('scores.recompute') }).click()
        await history.getByText(t('scores.same_digits')).waitFor()
      }
      const { body } = await ask(head, 'GET', `/insight/freezes/${frozen}`)
      const [first, second] = body.revisions.map(({ rows }) => rows[0].lines.find((one) => one.indicator === line.indicator))
      assert.deepEqual([first.numerator, first.denominator], [line.numerator, line.denominator], 'what was frozen stays')
      assert.ok(second.denominator < first.denominator, 'the exempted case no longer counts')
    })
  })
}
