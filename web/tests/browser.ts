/** What the modules under test ask of a browser; imported before them. */
const kept = new Map<string, string>()

const stubs: Record<string, unknown> = {
  localStorage: {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  },
  navigator: { language: 'zh-CN', onLine: true },
  window: { addEventListener: () => undefined },
  document: { documentElement: {}, createElement: () => ({}), addEventListener: () => undefined, visibilityState: 'visible' },
}
for (const [name, value] of Object.entries(stubs)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
