// The 17th form: a bureau wants 34 columns, the register knows 31 of them, the community types three, the meter shows what
// that saves, and the next form, which asks for nothing new, is sent back.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { signIn } from '../stage/office.mjs'
import { csv } from '../stage/people.mjs'
import { ask, checkPage, openTheatre } from '../stage/theatre.mjs'
import { languages, tongue } from '../stage/words.mjs'

const known = [
  '序号', '姓名', '性别', '证件类型', '身份证号', '出生日期', '出生年份', '年龄', '联系电话', '现住址', '区县', '街道', '社区', '社区编码', '网格', '网格编码',
  '网格员', '小区', '楼栋', '单元', '楼层', '房号', '房屋用途', '居住类型', '入住日期', '登记日期', '人员状态', '户主', '与户主关系', '同住人数', '填报日期',
]
const fresh = ['取暖方式', '是否装有一氧化碳报警器', '上次检查烟道的时间']
const typed = ['电暖器', '有', '2026-11']

for (const language of languages) {
  describe(`the 17th form, in ${language}`, { concurrency: false }, () => {
    const t = tongue(language)
    // The name is what a look is about: no telephone must hide in it.
    const stamp = (Date.now() + languages.indexOf(language)) % 10_000_000
    const name = `冬季取暖情况表 ${stamp}`
    let theatre, steward, head, form, community

    async function enter(title, columns) {
      await steward.goto('/forms/new')
      await steward.locator('#form-file').setInputFiles(csv('form.csv', [columns]))
      await steward.getByRole('heading', { name: t('forms.verdict', { known: columns.filter((one) => known.includes(one)).length, all: columns.length, asked: columns.filter((one) => fresh.includes(one)).length }) }).waitFor()
      await steward.getByLabel(t('forms.name'), { exact: true }).fill(title)
      await steward.getByLabel(t('forms.issuer'), { exact: true }).fill('柳南区民政局')
      await steward.getByLabel(t('forms.age_from'), { exact: true }).fill('60')
      await checkPage(steward, 'a form that is entered')
      await steward.getByRole('button', { name: t('forms.enter'), exact: true }).click()
      await steward.getByRole('heading', { level: 1, name: title }).waitFor()
      return new URL(steward.url()).pathname.split('/').pop()
    }

    before(async () => {
      theatre = await openTheatre()
      steward = await theatre.visitor(language)
      await signIn(steward, 'steward', language)
      head = await theatre.visitor(language)
      await signIn(head, 'community', language)
      const { body: session } = await ask(head, 'GET', '/session')
      community = session.post.area
    })
    after(() => theatre.close())

    test('31 of its 34 columns are known, and the street takes it', async () => {
      form = await enter(name, [...known, ...fresh])
      await steward.getByRole('button', { name: t('forms.accept') }).click()
      await steward.locator('.form-state.accepted').waitFor()
      const { body } = await ask(steward, 'GET', `/forms/${form}`)
      assert.deepEqual([body.known_count, body.column_count, body.state], [31, 34, 'accepted'])
      assert.ok(body.minutes_saved > 0 && body.minutes < body.minutes_without)
      await checkPage(steward, 'a form')
    })

    test('the community types three values, and they save themselves', async () => {
      await head.goto('/forms')
      await head.getByRole('link', { name }).click()
      await head.getByRole('link', { name: t('forms.fill_in'), exact: true }).click()
      const table = head.getByRole('group', { name: t('forms.fill.title') })
      await table.waitFor()
      const fields = table.getByRole('row').nth(1).getByRole('textbox')
      assert.equal(await fields.count(), 3, 'only what is new is asked for')
      for (const [at, value] of typed.entries()) await fields.nth(at).fill(value)
      await head.getByText(new RegExp(t('forms.fill.saved', { at: '' }).trim())).waitFor()
      await checkPage(head, 'a form that is filled in')
      const { body } = await ask(head, 'GET', `/forms/${form}/answers/${community}?limit=1`, { headers: { 'Wangge-Purpose': 'check' } })
      assert.deepEqual([body.typed, body.rows[0].asked], [3, typed])
      assert.ok(body.rows[0].known.filter((value) => value !== null).length === 31)
    })

    test('it is handed in, and then stays as it is', async () => {
      head.once('dialog', (dialog) => void dialog.accept())
      await head.getByRole('button', { name: t('forms.fill.hand_in'), exact: true }).click()
      await head.getByText(new RegExp(t('forms.fill.finished', { when: '.*' }))).waitFor()
      assert.equal(await head.getByRole('button', { name: t('forms.fill.hand_in'), exact: true }).count(), 0)
    })

    test('the meter shows what it saves', async () => {
      await steward.goto('/forms/burden')
      await steward.getByRole('heading', { name: t('forms.burden.question') }).waitFor()
      await checkPage(steward, 'the meter')
      const { body } = await ask(steward, 'GET', '/forms/burden')
      const row = body.items.find((one) => one.community === community)
      assert.ok(row.finished >= 1 && row.minutes < row.minutes_without)
    })

    test('the next form asks for nothing new and is sent back with the law', async () => {
      const next = await enter(`${name} 二`, known)
      await steward.locator('.form-state.refused').waitFor()
      const { body } = await ask(steward, 'GET', `/forms/${next}`)
      assert.equal(body.state, 'refused')
      await steward.getByText(t.of(body.article)).waitFor()
      await checkPage(steward, 'a form that was sent back')
    })
  })
}
