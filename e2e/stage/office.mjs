/** What the people of the office do, by the names that they see. */
import assert from 'node:assert/strict'
import { ask, passwordOf } from './theatre.mjs'
import { tongue } from './words.mjs'

/** Signs in by the form; with one post the person lands on the own list. */
export async function signIn(page, username, language) {
  const t = tongue(language)
  await page.goto('/sign-in')
  await page.getByLabel(t('sign_in.username'), { exact: true }).fill(username)
  await page.getByLabel(t('sign_in.password'), { exact: true }).fill(passwordOf(username))
  await page.getByRole('button', { name: t('sign_in.go'), exact: true }).click()
  const inside = page.getByRole('navigation', { name: t('nav.main') })
  const refused = page.getByRole('alert')
  await inside.or(refused).first().waitFor()
  assert.ok(await inside.isVisible(), `signed in as ${username}: ${(await refused.allInnerTexts()).join(' ')}`)
}

/** Opens the page of one case by its number, as the search does. */
export async function openOrder(page, number, t) {
  const found = await ask(page, 'GET', `/orders?view=all_open&q=${encodeURIComponent(number)}`)
  const row = found.body?.items?.find((one) => one.number === number)
  assert.ok(row, `no open case ${number} for this post`)
  await page.goto(`/orders/${row.id}`)
  await page.getByRole('region', { name: t('orders.now.title') }).waitFor()
  return row
}

/** Where the post of this session works: a point inside its grid, for a report that this grid worker may verify. */
export async function pointOfPost(page) {
  const { body: session } = await ask(page, 'GET', '/session')
  const { body: shapes } = await ask(page, 'GET', `/areas/boundaries?level=grid&within=${session.post.area.slice(0, 12)}`)
  const own = shapes.features.find(({ properties }) => properties.code === session.post.area) ?? shapes.features[0]
  const ring = (own.geometry.type === 'Polygon' ? own.geometry.coordinates : own.geometry.coordinates[0])[0]
  return own.properties.label ?? middle(ring)
}
const middle = (ring) => [0, 1].map((axis) => ring.slice(1).reduce((sum, point) => sum + point[axis], 0) / (ring.length - 1))

const now = (page, t) => page.getByRole('region', { name: t('orders.now.title') })

/** The button of an action on the page of a case; its name is what the server calls the action. */
export async function act(page, t, action, { note, file, clause, unit } = {}) {
  const id = new URL(page.url()).pathname.split('/').pop()
  const { body: order } = await ask(page, 'GET', `/orders/${id}`)
  const offer = order.actions.find((one) => one.action === action)
  assert.ok(offer, `${action} is not offered in state ${order.state}`)
  await now(page, t).getByRole('button', { name: t.of(offer.name) }).first().click()
  const dialog = page.getByRole('dialog', { name: t.of(offer.name) })
  const asks = [note, file, clause, unit].some((given) => given !== undefined)
  if (asks) {
    await dialog.waitFor()
    if (unit !== undefined) await dialog.getByRole('list', { name: t('desk.offers') }).getByRole('button', { name: unit }).click()
    if (clause !== undefined) await dialog.getByLabel(t('desk.clause'), { exact: true }).fill(clause)
    if (note !== undefined) await dialog.getByRole('textbox', { name: new RegExp(`${t('orders.step.note')}|${t('orders.step.reason')}`) }).fill(note)
    if (file) {
      await dialog.locator('input[type=file]').setInputFiles(file)
      await dialog.getByText(t('file.done')).first().waitFor()
    }
    await dialog.getByRole('button', { name: new RegExp(`^${t.of(offer.name)}$`, 'i') }).click()
    await dialog.waitFor({ state: 'hidden' })
  }
  await stateOf(page, id, (state) => state !== order.state)
}

/** The state of a case, once it is what the caller waits for. */
export async function stateOf(page, id, wanted = () => true) {
  for (let tries = 0; tries < 60; tries += 1) {
    const { body } = await ask(page, 'GET', `/orders/${id}`)
    if (body && wanted(body.state)) return body.state
    await page.waitForTimeout(250)
  }
  throw new Error('the case does not reach the state that was waited for')
}
