/** The receipts of this browser, so that a resident finds an own report without typing. */
import { ref } from 'vue'
import type { PublicReceipt } from '../../shared/api/rooms'
import type { Text } from '../../shared/api/types'

export interface Receipt extends PublicReceipt { class: Text; address: string; sent_at: string }

const stored = 'wangge.receipts'
const most = 20

function read(): Receipt[] {
  try {
    const rows: unknown = JSON.parse(localStorage.getItem(stored) ?? '[]')
    return Array.isArray(rows) ? (rows as Receipt[]) : []
  } catch {
    return []
  }
}

export const receipts = ref<Receipt[]>(read())

function write(rows: Receipt[]) {
  receipts.value = rows.slice(0, most)
  try {
    localStorage.setItem(stored, JSON.stringify(receipts.value))
  } catch {
    // A full or forbidden storage loses the short cut only; the number and the QR are on the screen.
  }
}

export const addReceipt = (receipt: Receipt) =>
  write([receipt, ...receipts.value.filter((other) => other.number !== receipt.number)])
export const forgetReceipt = (number: string) => write(receipts.value.filter((other) => other.number !== number))
export const findReceipt = (number: string) => receipts.value.find((receipt) => receipt.number === number)
