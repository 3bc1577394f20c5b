// What leaves the house on paper: the slip of a case, a list as a workbook, the hand-over, the bulletin.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { openOrder, signIn } from '../stage/office.mjs'
import { ask, checkPage, openTheatre } from '../stage/theatre.mjs'
import { tongue } from '../stage/words.mjs'

const language = 'zh-CN'
const t = tongue(language)
let theatre, page

before(async () => {
  theatre = await openTheatre()
  page = await theatre.visitor(language)
  await signIn(page, 'desk', language)
})
after(() => theatre.close())

/** Follows a link to a printout as the browser would, and says what comes. */
async function printout(name) {
  const address = await page.getByRole('link', { name, exact: true }).getAttribute('href')
  return page.evaluate(async (from) => {
    const answer = await fetch(from)
    const head = new TextDecoder().decode((await answer.arrayBuffer()).slice(0, 5))
    return { status: answer.status, type: answer.headers.get('content-type'), name: answer.headers.get('content-disposition'), head }
  }, address)
}

describe('printouts', { concurrency: false }, () => {
  test('the slip of a case is one link away from it', async () => {
    const { body } = await ask(page, 'GET', '/orders?view=all_open&limit=1')
    await openOrder(page, body.items[0].number, t)
    const slip = await printout(t('orders.page.print'))
    assert.deepEqual([slip.status, slip.type, slip.head], [200, 'application/pdf', '%PDF-'])
    assert.ok(slip.name.includes(body.items[0].number), slip.name)
  })

  test('the list on the screen is kept as a workbook', async () => {
    await page.goto('/inbox/all_open')
    const coming = page.waitForEvent('download')
    await page.getByRole('button', { name: t('inbox.export'), exact: true }).click()
    const book = await coming
    assert.match(book.suggestedFilename(), /^工单-\d{4}-\d\d-\d\d\.xlsx$/)
    assert.equal((await readFile(await book.path())).subarray(0, 2).toString(), 'PK')
    await checkPage(page, 'list with its export')
  })

  test('a shift and a month are printed from the board', async () => {
    const chief = await theatre.visitor(language)
    await signIn(chief, 'chief', language)
    page = chief
    await chief.goto('/board')
    await chief.getByRole('link', { name: t('board.handover'), exact: true }).waitFor()
    for (const name of [t('board.handover'), t('board.bulletin')]) {
      const paper = await printout(name)
      assert.deepEqual([paper.status, paper.type, paper.head], [200, 'application/pdf', '%PDF-'], name)
    }
    await checkPage(chief, 'board with its printouts')
  })
})
