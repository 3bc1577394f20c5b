/** Keys of the page in view: each part names its own, one listener serves them, the sheet behind `?` shows them. */
import { onBeforeUnmount, onMounted, shallowReactive } from 'vue'

export interface Shortcut {
  /** As the browser names it (`j`, `Enter`, `?`), with `ctrl+` before it where that is held. */
  key: string
  /** Message key of what it does. */
  label: string
  run: (event: KeyboardEvent) => void
  /** Known but without effect just now. */
  when?: () => boolean
}
export interface ShortcutGroup { title: string; keys: Shortcut[] }

export const groups = shallowReactive<ShortcutGroup[]>([])

/** Offers these keys while the component is on the page. */
export function useShortcuts(title: string, keys: Shortcut[]): void {
  const group = { title, keys }
  onMounted(() => groups.push(group))
  onBeforeUnmount(() => groups.splice(groups.indexOf(group), 1))
}

const writing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
const pressing = (target: EventTarget | null) => target instanceof HTMLElement && target.closest('button, a[href], summary') !== null

function nameOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  return event.ctrlKey || event.metaKey ? `ctrl+${key}` : key
}

/** Runs the shortcut that was pressed, the most recent part first. */
export function pressed(event: KeyboardEvent): void {
  if (event.isComposing || event.altKey || event.defaultPrevented) return
  const name = nameOf(event)
  const held = name.startsWith('ctrl+')
  // Letters typed into a field are letters; Enter on a button belongs to the button.
  if (!held && writing(event.target)) return
  if (name === 'Enter' && pressing(event.target)) return
  for (const group of [...groups].reverse()) {
    const found = group.keys.find((shortcut) => shortcut.key === name && (shortcut.when?.() ?? true))
    if (!found) continue
    event.preventDefault()
    found.run(event)
    return
  }
}
