/** Every Chinese catalogue of the office in one chunk: its own, and one of each room. */
import common from '../shared/messages/zh-CN.json'
import office from '../shared/messages/office.zh-CN.json'

type Words = Record<string, unknown>
const rooms = import.meta.glob<Words>('./*/messages.zh-CN.json', { eager: true, import: 'default' })

export default [common, office, ...Object.values(rooms)] as Words[]
