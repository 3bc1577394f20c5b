/** "My information" as it looks when somebody is there: what the server would answer, for pages that are only looked at. */

const text = (zh, en) => ({ zh, en })
const in30Minutes = () => new Date(Date.now() + 30 * 60_000).toISOString()
const day = (n) => new Date(Date.now() - n * 86_400_000).toISOString()

const pass = () => ({ pass: 'res_0.0.0', until: in30Minutes(), name: '韦*涵', street: text('银山街道', 'Yinshan Street') })
const field = (name, zh, en, value, rivals = []) => ({
  field: name, name: text(zh, en), value: text(value, value), source: text('户籍登记', 'civil register'), said_on: '2026-05-01', rule: text('更新时间优先', 'newest'), rivals,
})
const mine = () => ({
  id: 'res_0', ledger_name: 'res_6f2d8e0b5a1c4d7e9f00112233445566', street: text('银山街道', 'Yinshan Street'), state: 'living', state_name: text('在册', 'registered'), since: '2020-03-01',
  fields: [
    field('name', '姓名', 'name', '韦子涵'),
    field('id_no', '证件号码', 'identity number', '450204199001010018'),
    field('phone', '电话', 'telephone', '13800005678', [{ value: text('13800001111', '13800001111'), source: text('医保登记', 'health insurance'), said_on: '2024-05-01' }]),
  ],
  residences: [{ address: '金鹅花园3栋2单元501室', kind: text('居住', 'lives in'), from: '2020-03-01', to: null, source: text('入户核实', 'seen at the door') }],
  household: [{ name: '覃*', relation: text('配偶', 'spouse') }],
  code_issued_at: day(1), code_expires_at: day(-29), now: day(0),
})
const look = (id, how, more) => ({
  id, at: day(Number(id.slice(-1))), how, how_name: text('查看', 'read'), office: text('银山街道', 'Yinshan Street'), post: text('受理派遣员', 'desk'),
  purpose: text('工单处置', 'handling an order'), basis: text('《个人信息保护法》第十三条第三项', 'Personal Information Protection Law art. 13(3)'), about: '006-20261123-00017-K',
  reason: null, fields: [text('姓名', 'name'), text('住址', 'address')], question: null, ...more,
})
const looks = () => ({
  items: [look('loo_1', 'read'), look('loo_2', 'household', { purpose: null, basis: null, about: null }), look('loo_3', 'revealed', { reason: '核对电话', question: 'C006-20261123-00002-K' })],
  next: null, delayed: 3, now: day(0),
})
const correction = (id, more) => ({
  id, number: 'C006-20261123-00001-K', kind: 'correction', kind_name: text('更正申请', 'correction'), field: 'phone', field_name: text('电话', 'telephone'), look: null, value: '13900007777', text: '换了号码',
  asked_at: day(2), due_at: day(-18), late: false, answered_at: null, answered_by: null, outcome: null, outcome_name: null, answer: null, ...more,
})
const corrections = () => ({
  items: [correction('cor_1'), correction('cor_2', { answered_at: day(1), answered_by: text('数据管理员', 'steward'), outcome: 'accepted', outcome_name: text('已更正', 'corrected'), answer: '已核对，更正' })],
  now: day(0),
})

const answered = (body) => (route) => route.fulfill({ status: 200, contentType: 'application/json', body: JSON.stringify(body()) })
const failed = (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify({ code: 'internal', title: '', detail: '', request_id: 'req_0' }) })

/** Answers as the server would to somebody who has signed in; `instead` replaces some of the answers. */
const stands = (instead = {}) => async (page) => {
  const all = { 'sign-in': answered(pass), mine: answered(mine), looks: answered(looks), corrections: answered(corrections), ...instead }
  await page.route(/\/api\/v1\/public\/mine(\/[^?]*)?(\?|$)/, (route) => {
    const part = new URL(route.request().url()).pathname.split('/public/mine')[1].slice(1) || 'mine'
    return (all[part] ?? failed)(route)
  })
}

const opens = (t, part) => async (page) => {
  await page.getByLabel(t('mine.sign_in.number')).fill('450204199001010018')
  await page.getByLabel(t('mine.sign_in.code'), { exact: true }).fill('k3vd9-9t0xw')
  await page.getByRole('button', { name: t('mine.sign_in.open'), exact: true }).click()
  await page.getByRole('button', { name: t('mine.leave') }).waitFor()
  if (part) await page.getByRole('link', { name: new RegExp(t(`mine.${part}.title`)) }).click()
}

export const minePages = (t) => [
  { name: 'mine', path: '/p/mine' },
  { name: 'mine-gaps', path: '/p/mine', then: (page) => page.getByRole('button', { name: t('mine.sign_in.open'), exact: true }).click() },
  { name: 'mine-home', path: '/p/mine', prepare: stands(), then: opens(t) },
  ...['data', 'looks', 'corrections', 'copy'].map((part) => ({ name: `mine-${part}`, path: '/p/mine', prepare: stands(), then: opens(t, part), settle: 300 })),
  { name: 'mine-question', path: '/p/mine', prepare: stands(), then: async (page) => { await opens(t, 'looks')(page); await page.getByRole('button', { name: new RegExp(`^${t('mine.looks.ask')}`) }).first().click() } },
  { name: 'mine-correction', path: '/p/mine', prepare: stands(), then: async (page) => { await opens(t, 'corrections')(page); await page.getByRole('button', { name: t('mine.corrections.new'), exact: true }).click() } },
  { name: 'mine-looks-none', path: '/p/mine', prepare: stands({ looks: answered(() => ({ items: [], next: null, delayed: null, now: day(0) })) }), then: opens(t, 'looks'), settle: 300 },
  { name: 'mine-looks-error', path: '/p/mine', prepare: stands({ looks: failed }), then: opens(t, 'looks'), settle: 300 },
]
