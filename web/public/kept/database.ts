/** What this browser keeps for a resident: the unfinished report and the unsent ones. Plain IndexedDB. */
export type Shelf = 'draft' | 'outbox'
interface Kept { key: string }

// Without IndexedDB (private windows of old browsers) things live as long as the page, and the page says so.
const memory: Record<Shelf, Map<string, Kept>> = { draft: new Map(), outbox: new Map() }
let opening: Promise<IDBDatabase | null> | null = null

function open(): Promise<IDBDatabase | null> {
  opening ??= new Promise((resolve) => {
    if (typeof indexedDB === 'undefined') return resolve(null)
    try {
      const request = indexedDB.open('wangge-public', 1)
      request.onupgradeneeded = () => {
        request.result.createObjectStore('draft', { keyPath: 'key' })
        request.result.createObjectStore('outbox', { keyPath: 'key' })
      }
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => resolve(null)
      request.onblocked = () => resolve(null)
    } catch {
      resolve(null)
    }
  })
  return opening
}

async function run<T>(shelf: Shelf, mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
  const database = await open()
  if (!database) return null
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(shelf, mode)
    const request = ask(transaction.objectStore(shelf))
    transaction.oncomplete = () => resolve(request.result)
    transaction.onerror = transaction.onabort = () => reject(transaction.error)
  })
}

/** Keeps one thing under its key; answers whether it survives the page being closed. */
export async function put(shelf: Shelf, thing: Kept): Promise<boolean> {
  memory[shelf].set(thing.key, thing)
  const written = await run(shelf, 'readwrite', (store) => store.put(thing)).catch(() => null)
  return written !== null
}

export async function all<T extends Kept>(shelf: Shelf): Promise<T[]> {
  const rows = await run<T[]>(shelf, 'readonly', (store) => store.getAll() as IDBRequest<T[]>).catch(() => null)
  return rows ?? ([...memory[shelf].values()] as T[])
}

export async function remove(shelf: Shelf, key: string): Promise<void> {
  memory[shelf].delete(key)
  await run(shelf, 'readwrite', (store) => store.delete(key)).catch(() => null)
}
