/** The pages of a report in one piece: who could open the first can reach the last without a network. */
export { default as ReportPage } from './ReportPage.vue'
export { default as KeptPage } from './KeptPage.vue'
export { default as SentPage } from './SentPage.vue'
