/** Small marks for orders: the shape tells the light, a hollow one waits for a department. */
import type { Light, OrderPoint, OrderState } from '../api/types'
import type { Palette } from './palette'

const density = 2
/** Parts of the ring around a cluster that can be late. */
export const parts = 16
const radii = [13, 16, 20, 25]

const unassigned: OrderState[] = ['reported', 'accepted']
const ended: OrderState[] = ['closed', 'rejected', 'cancelled', 'joined']

/** The name of the image that stands for one order. */
export function markOf(point: OrderPoint): string {
  if (ended.includes(point.state)) return 'mark none solid'
  return `mark ${point.light} ${unassigned.includes(point.state) ? 'hollow' : 'solid'}`
}

interface Picture { width: number; height: number; data: Uint8ClampedArray }

/** Draws the image of a name: `mark late hollow`, `pin soon`, `ring 2 5`. Unknown names give null. */
export function draw(name: string, colours: Palette): Picture | null {
  const [kind, first = '', second = ''] = name.split(' ')
  if (kind === 'mark') return sheet(18, (pen) => shape(pen, 9, 9, 5.5, first as Light, second === 'hollow', colours))
  if (kind === 'pin') return pin(first as Light | 'place', colours)
  if (kind === 'ring') return ring(radii[Number(first)] ?? 13, Number(second) / parts, colours)
  return null
}

function sheet(size: number, paint: (pen: CanvasRenderingContext2D) => void, height = size): Picture | null {
  const canvas = document.createElement('canvas')
  canvas.width = size * density
  canvas.height = height * density
  const pen = canvas.getContext('2d')
  if (!pen) return null
  pen.scale(density, density)
  paint(pen)
  return pen.getImageData(0, 0, canvas.width, canvas.height)
}

function outline(pen: CanvasRenderingContext2D, x: number, y: number, r: number, light: Light) {
  pen.beginPath()
  if (light === 'soon') {
    pen.moveTo(x, y - r * 1.1)
    pen.lineTo(x + r * 1.1, y + r * 0.85)
    pen.lineTo(x - r * 1.1, y + r * 0.85)
    pen.closePath()
  } else if (light === 'late') pen.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8)
  else if (light === 'paused') {
    pen.rect(x - r * 0.9, y - r, r * 0.7, r * 2)
    pen.rect(x + r * 0.2, y - r, r * 0.7, r * 2)
  } else pen.arc(x, y, light === 'none' ? r * 0.6 : r * 0.95, 0, Math.PI * 2)
}

function shape(pen: CanvasRenderingContext2D, x: number, y: number, r: number, light: Light, hollow: boolean, colours: Palette) {
  outline(pen, x, y, r, light)
  pen.lineJoin = 'round'
  pen.strokeStyle = colours.surface
  pen.lineWidth = 4
  pen.stroke()
  pen.fillStyle = hollow ? colours.surface : colours.lights[light]
  pen.fill()
  if (!hollow) return
  outline(pen, x, y, r - 0.9, light)
  pen.strokeStyle = colours.lights[light]
  pen.lineWidth = 1.8
  pen.stroke()
}

function pin(light: Light | 'place', colours: Palette): Picture | null {
  return sheet(34, (pen) => {
    pen.beginPath()
    pen.moveTo(17, 42)
    pen.bezierCurveTo(14, 34, 4, 28, 4, 17)
    pen.arc(17, 17, 13, Math.PI, 0)
    pen.bezierCurveTo(30, 28, 20, 34, 17, 42)
    pen.closePath()
    pen.fillStyle = colours.brand
    pen.fill()
    pen.strokeStyle = colours.surface
    pen.lineWidth = 2
    pen.stroke()
    pen.beginPath()
    pen.arc(17, 17, 9, 0, Math.PI * 2)
    pen.fillStyle = colours.surface
    pen.fill()
    if (light !== 'place') shape(pen, 17, 17, 5, light, false, colours)
    else {
      pen.beginPath()
      pen.arc(17, 17, 3.5, 0, Math.PI * 2)
      pen.fillStyle = colours.brand
      pen.fill()
    }
  }, 44)
}

function ring(radius: number, share: number, colours: Palette): Picture | null {
  const size = radius * 2 + 4
  const middle = size / 2
  const line = radius > 18 ? 4 : 3.2
  return sheet(size, (pen) => {
    pen.beginPath()
    pen.arc(middle, middle, radius + 1, 0, Math.PI * 2)
    pen.fillStyle = colours.surface
    pen.fill()
    pen.lineWidth = line
    pen.beginPath()
    pen.arc(middle, middle, radius - line / 2, 0, Math.PI * 2)
    pen.strokeStyle = colours.middle
    pen.stroke()
    if (share <= 0) return
    pen.beginPath()
    pen.arc(middle, middle, radius - line / 2, -Math.PI / 2, -Math.PI / 2 + share * Math.PI * 2)
    pen.strokeStyle = colours.lights.late
    pen.stroke()
  })
}
