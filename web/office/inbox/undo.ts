/** The way back from a dispatch, for as long as the notice stands. */
import { api } from '../../shared/api/client'
import { i18n } from '../../shared/language'
import type { Order } from '../../shared/api/types'
import { notify, type Notice } from '../shell/notices'

export function undoOf(before: Order, after: Order, back: (order: Order) => void, cache: { learn: (order: Order) => void }): Notice['action'] | null {
  const recall = before.state === 'accepted' && after.actions.find((offer) => offer.action === 'recall')
  if (!recall) return null
  const { t } = i18n.global
  return {
    text: t('inbox.undo'),
    run: () => {
      api.post('/orders/{id}/steps', { action: 'recall', reason: t('inbox.undo_reason') }, { path: { id: after.id }, version: after.version }).then(
        (order) => {
          cache.learn(order)
          back(order)
        },
        (error: unknown) => notify(error instanceof Error && error.message ? error.message : t('problem.unreachable'), { tone: 'trouble' }),
      )
    },
  }
}
