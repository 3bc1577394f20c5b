// A batch comes down: its columns are seen and corrected, its rows come out joined, new, or with the reason why not; pairs
// that no rule decides are decided with one key each and taken back; a wrong phone goes back to its owner and comes home.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { signIn } from '../stage/office.mjs'
import { csv, strangers } from '../stage/people.mjs'
import { ask, checkPage, openTheatre } from '../stage/theatre.mjs'
import { languages, tongue } from '../stage/words.mjs'

const heading = ['编号', '姓名', '身份证号', '出生日期', '本人手机号码', '现住址']
const check = { headers: { 'Wangge-Purpose': 'check' } }

for (const language of languages) {
  describe(`the batch, in ${language}`, { concurrency: false }, () => {
    const t = tongue(language)
    // Each language brings people of its own.
    const stamp = Date.now() + 7919 * languages.indexOf(language)
    const people = strangers(3, stamp)
    const rightPhone = `198${people[0].phone.slice(3)}`
    let theatre, page, address, batch, resident, source

    const line = (one, at, phone = one.phone) => [one.record, one.name, one.idNumber, one.birthDate, phone, `${address}${at + 1}栋1单元101室`]
    const waiting = async () => (await ask(page, 'GET', '/reviews?view=waiting&limit=1')).body
    /** The desk shows the next pair before the server has answered; what was decided arrives a moment later. */
    async function becomes(read, wanted, what) {
      let found
      for (let tries = 0; tries < 60; tries += 1) {
        found = await read()
        if (found === wanted) return
        await page.waitForTimeout(500)
      }
      assert.equal(found, wanted, what)
    }
    const stands = (id, wanted) => becomes(async () => (await ask(page, 'GET', `/reviews/${id}`, check)).body.state, wanted, 'how the pair stands')
    /** Sends a file, checks its columns and waits until it has run. */
    async function run(file, look = async () => undefined) {
      await page.goto('/fusion/batches')
      await page.locator('#source').selectOption({ label: t.of(source.name) })
      await page.locator('#batch-file').setInputFiles(file)
      await page.getByRole('form', { name: t('fusion.mapping.title') }).waitFor()
      await page.locator('[id="mapping.phone"]').selectOption(heading[4])
      await look()
      await page.getByRole('button', { name: t('fusion.mapping.run') }).click()
      await page.getByRole('heading', { name: t('fusion.outcome.title') }).waitFor({ timeout: 120_000 })
      return new URL(page.url()).pathname.split('/').pop()
    }

    before(async () => {
      theatre = await openTheatre()
      page = await theatre.visitor(language, { acceptDownloads: true })
      await signIn(page, 'steward', language)
      const { body: sources } = await ask(page, 'GET', '/sources')
      source = sources.items.find(({ key }) => key === 'civil')
      const { body: communities } = await ask(page, 'GET', '/registry/communities')
      const open = communities.items.find(({ opened_at, closed_at }) => opened_at && !closed_at)
      address = `${open.street_name.zh}${open.name.zh}望江台${stamp % 1000}号院`
    })
    after(() => theatre.close())

    test('its columns are seen beside the shape of its rows, and corrected', async () => {
      const bad = ['', '无编号', '', '', '', address]
      const elsewhere = [`${people[0].record}-x`, '在外地', '', '1980-01-01', '', '南宁市青秀区民族大道1号']
      batch = await run(csv('civil.csv', [heading, ...people.map((one, at) => line(one, at)), bad, elsewhere]), async () => {
        const shapes = await page.locator('.batch-mapping .shape').allInnerTexts()
        assert.ok(shapes.some((shape) => /9{11}/.test(shape)), 'a phone is shown as its shape')
        assert.ok(!(await page.content()).includes(people[0].idNumber), 'and nobody is shown')
        await checkPage(page, 'columns of a batch')
      })
      const { body } = await ask(page, 'GET', `/batches/${batch}`)
      assert.deepEqual([body.opened, body.rejected + body.unplaced], [3, 2])
      await checkPage(page, 'outcome of a batch')
    })

    test('what was not taken comes back as the same file, with the reason beside', async () => {
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: t('fusion.outcome.take', { n: 2 }) }).click()])
      assert.equal(download.suggestedFilename(), 'rejects.csv')
      const rows = readFileSync(await download.path(), 'utf8').replace('\ufeff', '').trim().split('\r\n')
      assert.equal(rows.length, 3)
      assert.ok(rows[0].startsWith(heading.join(',')) && rows.every((row) => row.replace(/"(?:[^"]|"")*"/g, '').split(',').length === heading.length + 1))
    })

    test('a file that is no table leaves no trace', async () => {
      const { body: before } = await ask(page, 'GET', '/batches?limit=1')
      await page.goto('/fusion/batches')
      await page.locator('#source').selectOption({ label: t.of(source.name) })
      await page.locator('#batch-file').setInputFiles({ name: 'login.csv', mimeType: 'text/csv', buffer: Buffer.from('<!doctype html><html><body>sign in</body></html>') })
      await page.getByRole('alert').waitFor()
      await checkPage(page, 'a refused file')
      const { body: after } = await ask(page, 'GET', '/batches?limit=1')
      assert.equal(after.items[0].id, before.items[0].id)
    })

    test('a clear pair costs one key, and the last decision is taken back with one', async () => {
      const first = await waiting()
      assert.ok(first.waiting > 5, 'there are pairs to decide')
      await page.goto('/fusion/review')
      await page.getByRole('heading', { name: t('fusion.pair.title') }).waitFor()
      await checkPage(page, 'the review desk')
      const acts = page.getByRole('group', { name: t('fusion.review.acts') })
      const same = acts.getByRole('button', { name: new RegExp(`^${t('fusion.review.same')}`) })
      const press = async (key) => {
        await page.waitForFunction((button) => !button.disabled, await same.elementHandle())
        await page.keyboard.press(key)
      }
      await press('n')
      await page.getByText(t('fusion.review.done', { n: 1 })).waitFor()
      await press('n')
      await page.getByText(t('fusion.review.done', { n: 2 })).waitFor()
      await stands(first.items[0].id, 'distinct')
      await page.keyboard.press('z')
      await page.getByText(t('fusion.review.done', { n: 1 })).waitFor()
      await page.keyboard.press('z')
      await page.waitForFunction((words) => !document.querySelector('.desk .bar').innerText.includes(words), t('fusion.review.done', { n: 1 }))
      await stands(first.items[0].id, 'waiting')

      await press('y')
      await page.getByText(t('fusion.review.done', { n: 1 })).waitFor()
      await press('v')
      await page.getByText(t('fusion.review.sent')).waitFor()
      await press('l')
      await page.getByText(t('fusion.review.done', { n: 3 })).waitFor()
      await stands(first.items[0].id, 'same')
      await becomes(async () => (await ask(page, 'GET', '/reviews?view=later&limit=1')).body.items.length, 1, 'the last one was put off')
      const { body: atDoor } = await ask(page, 'GET', '/reviews?view=field&limit=1')
      assert.match(atDoor.items[0].order, /^ord_/, 'the grid worker has an order')
      await becomes(async () => (await waiting()).waiting, first.waiting - 3, 'three pairs fewer wait')
    })

    test('a merge is undone from the list, and nothing is lost', async () => {
      const { body: decided } = await ask(page, 'GET', '/reviews?view=decided&limit=1')
      const id = decided.items[0].id
      await page.goto('/fusion/review/decided')
      const row = page.getByRole('row').nth(1)
      await row.getByRole('button', { name: t('fusion.review.open') }).click()
      await page.getByRole('dialog').getByRole('heading', { name: t('fusion.pair.title') }).waitFor()
      await checkPage(page, 'a decided pair')
      await page.keyboard.press('Escape')
      await row.getByRole('button', { name: t('fusion.review.take_back') }).click()
      await page.getByText(t('fusion.review.did_undo')).waitFor()
      const { body: pair } = await ask(page, 'GET', `/reviews/${id}`, check)
      assert.deepEqual([pair.state, pair.are_one], ['waiting', false])
      assert.ok(pair.decisions[0].undone_at)
    })

    test('a wrong phone goes back to its owner as a claim', async () => {
      const { body: found } = await ask(page, 'POST', '/registry/find', { body: { text: people[0].idNumber }, ...check })
      assert.equal(found.people.length, 1)
      resident = found.people[0].id
      await page.goto(`/registry/residents/${resident}`)
      await page.getByRole('button', { name: t('registry.why.start'), exact: true }).click()
      await page.getByRole('button', { name: new RegExp(t('registry.origin.of', { field: t('registry.field.phone') })) }).click()
      await page.getByRole('button', { name: t('registry.correct.button'), exact: true }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel(t('registry.correct.value'), { exact: true }).fill(rightPhone)
      await dialog.getByLabel(t('registry.correct.upward')).check()
      await dialog.getByRole('button', { name: t('registry.correct.go'), exact: true }).click()
      await dialog.waitFor({ state: 'hidden' })
      const { body: claims } = await ask(page, 'GET', '/claims?limit=1')
      assert.deepEqual([claims.items[0].resident, claims.items[0].field, claims.items[0].source], [resident, 'phone', 'civil'])
    })

    test('and comes home accepted', async () => {
      const { body: claims } = await ask(page, 'GET', '/claims?limit=1')
      const { id, number } = claims.items[0]
      await page.goto('/fusion/claims')
      await page.getByRole('listitem').filter({ hasText: number }).getByRole('button').click()
      const dialog = page.getByRole('dialog', { name: t('fusion.claim.one', { number }) })
      await dialog.getByText(rightPhone.slice(-4)).first().waitFor()
      await checkPage(page, 'a claim')
      await dialog.getByRole('button', { name: t('fusion.claim.enter') }).click()
      await dialog.waitFor({ state: 'hidden' })
      assert.equal((await ask(page, 'GET', `/claims/${id}`, check)).body.state, 'accepted')
      // The owner's next batch says it right, and that closes the claim.
      await run(csv('civil.csv', [heading, line(people[0], 0, rightPhone)]))
      await becomes(async () => (await ask(page, 'GET', `/claims/${id}`, check)).body.state, 'closed', 'the batch that brought the value closes the claim')
    })
  })
}
