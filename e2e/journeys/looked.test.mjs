// Who looked? A clerk finds somebody at the window and sees the number in clear; the resident reads of it at home, asks,
// and is answered.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { signIn } from '../stage/office.mjs'
import { ask, checkPage, openTheatre, passwordOf, program } from '../stage/theatre.mjs'
import { languages, tongue } from '../stage/words.mjs'

const told = {
  'zh-CN': { question: '这次为什么要看我的证件号码？', answer: '您当天在窗口办理业务，受理员核对了证件号码。' },
  en: { question: 'Why was my number looked at?', answer: 'You came to the window that day; the clerk checked your number.' },
}
/** Usual names; each language takes another person, so that neither finds what the other did. */
const surnames = ['韦', '黄', '覃', '李', '陈', '莫', '蓝', '梁', '张', '罗']
const given = ['丽', '伟', '敏', '静', '建国', '秀英', '桂英', '志强', '婷', '建华', '梓涵', '雨桐', '浩然']
const taken = new Set()

/** The first thing that is there in one of ten tries. */
async function until(attempt) {
  for (let nth = 0; nth < 10; nth++) {
    const found = await attempt()
    if (found) return found
  }
  throw new Error('nothing came in ten tries')
}

for (const language of languages) {
  describe(`who looked, in ${language}`, { concurrency: false }, () => {
    const t = tongue(language)
    const words = told[language]
    let theatre, clerk, steward, resident, name, number, code

    before(async () => {
      theatre = await openTheatre()
      clerk = await theatre.visitor(language)
      await signIn(clerk, 'clerk', language)
      steward = await theatre.visitor(language)
      await signIn(steward, 'steward', language)
      resident = await theatre.visitor(language, { width: 390, height: 844 })
    })
    after(() => theatre.close())

    /** A name that exactly one living person has, so that the list shows whom it means. */
    async function findName() {
      for (const candidate of surnames.flatMap((first) => given.map((rest) => first + rest))) {
        if (taken.has(candidate)) continue
        const { status, body } = await ask(clerk, 'POST', '/registry/find', { body: { text: candidate }, headers: { 'Wangge-Purpose': 'window' } })
        assert.equal(status, 200, JSON.stringify(body))
        if (body.people.length !== 1 || body.people[0].state !== 'living') continue
        const { body: card } = await ask(clerk, 'GET', `/residents/${body.people[0].id}`, { headers: { 'Wangge-Purpose': 'window' } })
        if (card.fields.some((one) => one.field === 'id_no')) {
          taken.add(candidate)
          return candidate
        }
      }
      throw new Error('nobody has a name of their own')
    }

    test('nothing is shown before a purpose is named', async () => {
      await clerk.goto('/registry')
      await clerk.getByRole('heading', { name: t('registry.why.title') }).waitFor()
      await checkPage(clerk, 'the purpose')
      const { status } = await ask(clerk, 'POST', '/registry/find', { body: { text: '韦丽' } })
      assert.equal(status, 403, 'nor does the server answer without one')
    })

    test('the clerk finds the person by name, masked', async () => {
      name = await findName()
      await clerk.getByRole('button', { name: t('registry.why.start'), exact: true }).click()
      const box = clerk.getByRole('combobox').or(clerk.getByRole('searchbox')).first()
      await box.fill(name)
      await box.press('Enter')
      const rows = clerk.getByRole('listbox', { name: t('registry.find.results') }).getByRole('option')
      await rows.first().waitFor()
      const shown = await rows.first().innerText()
      assert.ok(!shown.includes(name) && shown.includes(name[0]), `masked: ${shown}`)
      await checkPage(clerk, 'what was found')
    })

    test('the number is shown in clear for a reason, and after another proof of identity', async () => {
      const rows = clerk.getByRole('listbox', { name: t('registry.find.results') }).getByRole('option')
      await rows.first().dblclick()
      await clerk.getByRole('heading', { name: t('registry.resident.fields') }).waitFor()
      await checkPage(clerk, 'a resident, masked')
      await clerk.getByRole('button', { name: t('registry.reveal.show_one', { field: t('registry.field.id_no') }), exact: true }).click()
      await clerk.getByRole('radio', { name: t('registry.reveal.reason.verify') }).check()
      await clerk.getByRole('button', { name: t('registry.reveal.go'), exact: true }).click()
      await clerk.getByLabel(t('registry.step_up.password'), { exact: true }).fill(passwordOf('clerk'))
      await clerk.getByRole('button', { name: t('registry.step_up.go'), exact: true }).click()
      const clear = clerk.locator('.secret.clear .value')
      await clear.waitFor()
      number = (await clear.innerText()).trim()
      assert.match(number, /^\d{17}[\dX]$/)
      await checkPage(clerk, 'a number in clear')
    })

    test('the clerk hands out a code for the own page', async () => {
      await clerk.getByRole('button', { name: t('registry.code.button'), exact: true }).click()
      await clerk.getByRole('button', { name: t('registry.code.go'), exact: true }).click()
      code = (await clerk.locator('.window-code').innerText()).trim()
      assert.ok(code.length >= 10, code)
    })

    test('at home the resident reads who looked, for what, and what they saw', async () => {
      await resident.goto('/p/mine')
      await resident.getByLabel(t('mine.sign_in.number')).fill(number)
      await resident.getByLabel(t('mine.sign_in.code'), { exact: true }).fill(code)
      await resident.getByRole('button', { name: t('mine.sign_in.open'), exact: true }).click()
      await resident.getByRole('link', { name: new RegExp(t('mine.looks.title')) }).click()
      const looks = resident.locator('.looks > li')
      await looks.first().waitFor()
      const page = await resident.getByRole('main').innerText()
      assert.ok(page.includes(t('registry.reveal.reason.verify')), `the reason stands there: ${page}`)
      assert.ok(!page.includes(number), 'the number does not')
      await checkPage(resident, 'who looked')
    })

    test('a proof of a look is kept, and checked without the server', async () => {
      const button = resident.locator('.looks > li').first().getByRole('button').filter({ hasText: t('mine.looks.prove') })
      // Until the log is signed the page says that it is not yet, and a resident tries again.
      const kept = await until(async () => {
        const coming = resident.waitForEvent('download', { timeout: 2000 }).catch(() => null)
        await button.click()
        return coming
      })
      const file = await kept.path()
      const checked = spawnSync(program, ['ledger', 'verify-proof', file], { encoding: 'utf8' })
      assert.equal(checked.status, 0, checked.stdout + checked.stderr)
    })

    test('a question is asked, answered and read', async () => {
      await resident.locator('.looks > li').first().getByRole('button').first().click()
      await resident.getByLabel(t('mine.question.label'), { exact: true }).fill(words.question)
      await resident.getByRole('button', { name: t('mine.question.send'), exact: true }).click()
      const asked = resident.locator('.looks .notice').first()
      await asked.waitFor()

      const { body } = await ask(steward, 'GET', '/corrections?view=open', { headers: { 'Wangge-Purpose': 'check' } })
      const notice = await asked.innerText()
      const mine = body.items.find((one) => notice.includes(one.number))
      assert.ok(mine, 'the steward has it on the list')
      await steward.goto('/fusion/corrections')
      await steward.getByRole('button', { name: new RegExp(mine.number) }).click()
      const dialog = steward.getByRole('dialog')
      await dialog.getByText(words.question).waitFor()
      await checkPage(steward, 'a question')
      await dialog.getByLabel(t('fusion.correction.words'), { exact: true }).fill(words.answer)
      await dialog.getByRole('button', { name: t('fusion.correction.send'), exact: true }).click()
      await dialog.waitFor({ state: 'hidden' })

      await asked.getByRole('link', { name: t('mine.looks.see') }).click()
      await resident.getByText(words.answer).waitFor()
      await checkPage(resident, 'the answer')
    })
  })
}
