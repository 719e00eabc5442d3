import { useEffect } from 'react'
import { titleOf } from '~/features/conversations/naming'
import { useWords } from '~/words'
import { useClient, useSelect } from './context'

/** The window's title: the open chat, and before it how much is unread. */
export function useTitle(conversationId: string | null): void {
  const words = useWords()
  const client = useClient()
  const conversation = useSelect(client.conversations, ({ byId }) => byId.get(conversationId ?? ''))
  const unread = useSelect(client.conversations, ({ order }) =>
    order.reduce((sum, { unreadCount }) => sum + unreadCount, 0),
  )
  const title = conversation ? titleOf(conversation, client.me) : null
  useEffect(() => {
    document.title = `${unread > 0 ? `(${unread}) ` : ''}${title ? `${title} · ` : ''}${words.app.name}`
  }, [unread, title, words])
}
