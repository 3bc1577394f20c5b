/** The pages of fusion, in the order in which data comes down and goes back up. */
export const parts: { to: string; title: string; rights: string[] }[] = [
  { to: '/fusion/batches', title: 'fusion.batches', rights: ['batch:manage'] },
  { to: '/fusion/review', title: 'fusion.reviews', rights: ['review:decide'] },
  { to: '/fusion/claims', title: 'fusion.claims', rights: ['claim:make', 'claim:answer'] },
  { to: '/fusion/corrections', title: 'fusion.corrections', rights: ['correction:answer'] },
  { to: '/fusion/sources', title: 'fusion.sources', rights: ['source:manage'] },
]
