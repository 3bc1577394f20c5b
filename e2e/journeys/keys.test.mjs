// The desk without a mouse: every step of this file is a key.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ask, openTheatre, passwordOf } from '../stage/theatre.mjs'
import { tongue } from '../stage/words.mjs'

describe('the desk by keyboard alone', { concurrency: false }, () => {
  const t = tongue('zh-CN')
  let theatre, page
  const key = (name) => page.keyboard.press(name)
  const focused = () => page.evaluate(() => ({ id: document.activeElement?.id ?? '', role: document.activeElement?.getAttribute('role') ?? '', text: document.activeElement?.textContent?.trim() ?? '' }))
  async function tabTo(wanted, most = 40) {
    for (let times = 0; times < most; times += 1) {
      if (wanted(await focused())) return
      await key('Tab')
    }
    assert.fail('the Tab key does not lead there')
  }
  const selected = () => page.evaluate(() => document.querySelector('[role=option][aria-selected=true]')?.id ?? '')

  before(async () => {
    theatre = await openTheatre()
    page = await theatre.visitor('zh-CN')
  })
  after(() => theatre.close())

  test('signs in', async () => {
    await page.goto('/sign-in')
    await page.getByLabel(t('sign_in.username'), { exact: true }).waitFor()
    await tabTo(({ id }) => id === 'username')
    await page.keyboard.type('desk')
    await tabTo(({ id }) => id === 'password')
    await page.keyboard.type(passwordOf('desk'))
    await key('Enter')
    await page.getByRole('navigation', { name: t('nav.main') }).waitFor()
  })

  test('runs through the list and opens and closes a case', async () => {
    await page.getByRole('listbox').waitFor()
    await page.goto('/inbox/all_open')
    await page.waitForFunction(() => document.querySelectorAll('[role=option]').length > 1 && document.querySelector('[role=option][aria-selected=true]'))
    const first = await selected()
    await key('j')
    await page.waitForFunction((was) => document.querySelector('[role=option][aria-selected=true]')?.id !== was, first)
    await key('k')
    await page.waitForFunction((was) => document.querySelector('[role=option][aria-selected=true]')?.id === was, first)
    await key('Enter')
    await page.getByRole('complementary').getByRole('region', { name: t('orders.now.title') }).waitFor()
    await key('Escape')
    await page.getByRole('complementary').waitFor({ state: 'detached' })
    assert.equal((await focused()).role, 'listbox', 'the focus is back on the list')
  })

  test('shows the sheet of keys and hides it', async () => {
    await key('?')
    await page.getByRole('dialog', { name: t('shell.keys.title') }).waitFor()
    await key('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  test('finds a case by its number from anywhere', async () => {
    const { body } = await ask(page, 'GET', '/orders?view=all_open&limit=1')
    const [{ number }] = body.items
    await key('Control+k')
    await page.getByRole('dialog', { name: t('shell.search.title') }).waitFor()
    await page.keyboard.type(number)
    await page.getByRole('option', { name: new RegExp(number) }).first().waitFor()
    await key('Enter')
    await page.getByText(number).first().waitFor()
  })

  test('reaches every part of the frame with the Tab key, and sees where it is', async () => {
    await page.goto('/inbox')
    await page.getByRole('listbox').waitFor()
    await tabTo(({ id }) => id === 'list-words')
    await tabTo(({ role }) => role === 'listbox')
    // In a list the row that the keys are on shows it.
    const outline = await page.evaluate(() => {
      const active = document.activeElement
      return getComputedStyle(document.getElementById(active.getAttribute('aria-activedescendant') ?? '') ?? active).outlineStyle
    })
    assert.notEqual(outline, 'none', 'the focus is visible')
  })
})
