/** What a resident does on the public page, by the names that they see. */
import { tongue } from './words.mjs'

const main = (page) => page.getByRole('main')
const press = (page, name) => main(page).getByRole('button', { name, exact: true }).click()
const heading = (page, name) => main(page).getByRole('heading', { level: 1, name }).waitFor()

/** From the home page to the check page; `look` is called on each page on the way. */
export async function writeReport(page, language, { photo, address, words, phone, tile = /井盖|manhole/i }, look = async () => undefined) {
  const t = tongue(language)
  await page.goto('/p/')
  await heading(page, t('public.home.head'))
  await look('home')
  await main(page).getByRole('link', { name: new RegExp(t('public.home.report')) }).click()
  await heading(page, t('public.photo.head'))
  await look('photo')
  if (photo) {
    await page.locator('input[type=file]').setInputFiles(photo)
    await main(page).getByText(t('file.done')).first().waitFor()
    await press(page, t('public.next'))
  } else await press(page, t('public.photo.none'))

  await heading(page, t('public.place.head'))
  await press(page, t('public.place.here'))
  await main(page).getByText(t('public.place.mine')).first().waitFor()
  await main(page).getByLabel(t('public.place.address'), { exact: true }).fill(address)
  await look('place')
  await press(page, t('public.next'))
  await passNearby(page, t, look)

  await look('class')
  await main(page).getByRole('radio', { name: tile }).first().check()
  await press(page, t('public.next'))
  await heading(page, t('public.words.head'))
  await main(page).getByRole('textbox').fill(words)
  await look('words')
  await press(page, t('public.next'))
  await heading(page, t('public.phone.head'))
  if (phone) await main(page).getByRole('textbox').fill(phone)
  await look('phone')
  await press(page, phone ? t('public.next') : t('public.phone.without'))
  await heading(page, t('public.check.head'))
  await look('check')
}

/** Neighbours' cases are shown where there are any; this one is none of them. */
async function passNearby(page, t, look) {
  const asked = main(page).getByRole('heading', { level: 1, name: t('public.nearby.head') })
  const classes = main(page).getByRole('heading', { level: 1, name: t('public.class.head') })
  await asked.or(classes).waitFor()
  if (await asked.isVisible()) {
    await look('nearby')
    await press(page, t('public.nearby.none'))
    await classes.waitFor()
  }
  await main(page).getByRole('radio').first().waitFor()
}

/** Sends what the check page shows; answers the number on the receipt. */
export async function sendReport(page, language) {
  const t = tongue(language)
  await press(page, t('public.check.send'))
  await heading(page, t('public.sent.head'))
  return numberOn(page)
}

export const numberOn = async (page) => (await main(page).innerText()).match(/\d{3}-\d{8}-\d{5,}-[0-9A-Z]/)?.[0]

/** What the code on the receipt opens: the picture of the code is drawn from this address. */
export const codeAddress = (page, number) =>
  page.evaluate((wanted) => {
    const receipt = JSON.parse(localStorage.getItem('wangge.receipts') ?? '[]').find((one) => one.number === wanted)
    return `/p/track/${wanted}?token=${encodeURIComponent(receipt.token)}`
  }, number)

/** Opens the progress page anew and answers its words. */
export async function readProgress(page, address, t) {
  await page.goto(address)
  await main(page).getByRole('region', { name: t('public.track.now') }).waitFor()
  return main(page).innerText()
}
