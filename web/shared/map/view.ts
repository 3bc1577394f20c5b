/** What part of the plane an SVG map shows, moved by pointer, buttons and keys. */
import { computed, reactive, type Ref } from 'vue'
import { project, unproject, type Box } from './plane'
import type { Point } from '../api/types'

/** Nearest view, in metres of the plane across. */
const closest = 250

export function useView(frame: Ref<SVGSVGElement | undefined>, margin = 0.06) {
  const view = reactive({ x: 0, y: 0, w: 1, h: 1 })
  const whole = { x: 0, y: 0, w: 1, h: 1 }

  /** The plane unit that one pixel on the screen stands for. */
  const unit = computed(() => {
    const size = frame.value?.getBoundingClientRect()
    return size?.width ? Math.max(view.w / size.width, view.h / size.height) : view.w / 360
  })
  const box = computed(() => `${view.x} ${view.y} ${view.w} ${view.h}`)

  function show({ west, south, east, north }: Box) {
    const [left, top] = project([west, north])
    const [right, bottom] = project([east, south])
    const w = right - left
    const h = bottom - top
    Object.assign(view, { x: left - w * margin, y: top - h * margin, w: w * (1 + 2 * margin), h: h * (1 + 2 * margin) })
  }
  function home(all: Box) {
    show(all)
    Object.assign(whole, view)
  }
  function back() {
    Object.assign(view, whole)
  }
  function zoom(factor: number, [cx, cy]: readonly [number, number] = [view.x + view.w / 2, view.y + view.h / 2]) {
    const w = Math.min(Math.max(view.w / factor, closest), whole.w * 1.2)
    const real = view.w / w
    Object.assign(view, { x: cx - (cx - view.x) / real, y: cy - (cy - view.y) / real, w, h: view.h / real })
  }
  function move(dx: number, dy: number) {
    const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high)
    view.x = clamp(view.x + dx, whole.x - view.w / 2, whole.x + whole.w - view.w / 2)
    view.y = clamp(view.y + dy, whole.y - view.h / 2, whole.y + whole.h - view.h / 2)
  }
  function centre(at: Point, across = 1200) {
    const [x, y] = project(at)
    const w = Math.min(view.w, across)
    const h = (view.h * w) / view.w
    Object.assign(view, { x: x - w / 2, y: y - h / 2, w, h })
  }
  /** The plane position under a point of the screen. */
  function under(clientX: number, clientY: number): [number, number] {
    const matrix = frame.value?.getScreenCTM()?.inverse()
    if (!matrix) return [view.x + view.w / 2, view.y + view.h / 2]
    const at = new DOMPoint(clientX, clientY).matrixTransform(matrix)
    return [at.x, at.y]
  }
  const placeUnder = (clientX: number, clientY: number): Point => unproject(...under(clientX, clientY))

  return { view, box, unit, show, home, back, zoom, move, centre, under, placeUnder }
}

/** Drags with one pointer, pinches with two; a press that did not move is a tap. */
export function useDrag(
  view: ReturnType<typeof useView>,
  tap: (clientX: number, clientY: number) => void,
) {
  const pointers = new Map<number, [number, number]>()
  let moved = false
  const spread = () => {
    const [a, b] = [...pointers.values()]
    return a && b ? Math.hypot(a[0] - b[0], a[1] - b[1]) : 0
  }
  function down(event: PointerEvent) {
    pointers.set(event.pointerId, [event.clientX, event.clientY])
    if (pointers.size === 1) moved = false
    ;(event.currentTarget as Element).setPointerCapture(event.pointerId)
  }
  function drag(event: PointerEvent) {
    const last = pointers.get(event.pointerId)
    if (!last) return
    const [dx, dy] = [event.clientX - last[0], event.clientY - last[1]]
    if (!moved && Math.hypot(dx, dy) < 5) return
    moved = true
    const before = spread()
    pointers.set(event.pointerId, [event.clientX, event.clientY])
    if (pointers.size === 1) view.move(-dx * view.unit.value, -dy * view.unit.value)
    else if (before > 0) view.zoom(spread() / before, view.under(event.clientX, event.clientY))
  }
  function up(event: PointerEvent) {
    if (pointers.delete(event.pointerId) && !moved && event.type === 'pointerup') tap(event.clientX, event.clientY)
  }
  function wheel(event: WheelEvent) {
    view.zoom(event.deltaY < 0 ? 1.25 : 0.8, view.under(event.clientX, event.clientY))
  }
  return { down, drag, up, wheel }
}
