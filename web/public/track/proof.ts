/** How this visit may ask about a case: the receipt's token from the code, from this browser, or the end of the phone number. */
import type { PublicProof } from '../../shared/api/rooms'
import { findReceipt } from '../kept/receipts'

// Only for this page's life: neither may stand in the address bar or in the storage.
const proofs = new Map<string, PublicProof>()

export const remember = (number: string, proof: PublicProof) => void proofs.set(number, proof)

export function proofFor(number: string): PublicProof | null {
  const receipt = findReceipt(number)
  return proofs.get(number) ?? (receipt ? { token: receipt.token } : null)
}
