/** Every English catalogue of the office in one chunk: its own, and one of each room. */
import common from '../shared/messages/en.json'
import office from '../shared/messages/office.en.json'

type Words = Record<string, unknown>
const rooms = import.meta.glob<Words>('./*/messages.en.json', { eager: true, import: 'default' })

export default [common, office, ...Object.values(rooms)] as Words[]
