import { useEffect } from 'react'
import type { Conversation, Message } from '~/api/types'
import { useClient, useSelect } from '~/app/context'
import { openChat } from '~/app/location'
import { useNames } from '~/features/conversations/useNames'
import { useWords } from '~/words'

/** The message that this one answers; pressing it goes there. */
export function ReplyQuote({ messageId, conversation }: { messageId: string; conversation: Conversation }) {
  const words = useWords()
  const nameIn = useNames()
  const quoted = useQuoted(conversation.id, messageId)
  return (
    <button
      type="button"
      tabIndex={-1}
      onClick={() => openChat(conversation.id, messageId)}
      className="press my-0.5 block w-full max-w-[68ch] truncate rounded-e-sm border-s-2 border-accent bg-raised px-2 py-1 text-start text-sm text-ink-2 hover:text-ink pointer-coarse:min-h-11"
    >
      {quoted ? (
        <>
          <bdi className="font-semibold">{nameIn(conversation, quoted.senderId)}</bdi>{' '}
          <bdi>{quotedText(quoted) ?? words.list.deleted}</bdi>
        </>
      ) : quoted === null ? (
        <em>{words.timeline.replyGone}</em>
      ) : (
        ' '
      )}
    </button>
  )
}

export function quotedText(message: Message): string | null {
  return message.deletedAt ? null : (message.content ?? '').replace(/\s+/g, ' ')
}

/** The message from what is loaded, else from the server; undefined while that takes. */
export function useQuoted(conversationId: string, messageId: string | undefined): Message | null | undefined {
  const client = useClient()
  const loaded = useSelect(client.timeline(conversationId), ({ messages }) =>
    messageId ? messages.find(({ id }) => id === messageId) : undefined,
  )
  const fetched = useSelect(client.quotes, (quotes) => (messageId ? quotes.get(messageId) : undefined))
  useEffect(() => {
    if (messageId && !loaded) client.quotes.need(messageId)
  }, [client, messageId, loaded])
  return loaded ?? fetched
}
