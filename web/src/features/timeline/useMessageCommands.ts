import { useMemo } from 'react'
import { ApiError } from '~/api/http'
import type { Message } from '~/api/types'
import { useClient } from '~/app/context'
import { chatPath } from '~/app/location'
import { copyToClipboard } from '~/platform/clipboard'
import type { OutgoingMessage } from '~/sync/outbox'
import { notify } from '~/ui/Notices'
import { useWords, type Words } from '~/words'

/** What can be done with a message. */
export interface MessageCommands {
  reply: (message: Message) => void
  edit: (message: Message) => void
  remove: (message: Message) => void
  react: (message: Message, emoji: string) => void
  copyText: (message: Message) => void
  copyLink: (message: Message) => void
  markUnread: (message: Message) => void
  removeForMe: (message: Message) => void
  /** Of messages that the server does not have: try again, put the text back into the box, or give up. */
  retry: (outgoing: OutgoingMessage) => void
  takeBack: (outgoing: OutgoingMessage) => void
  discard: (outgoing: OutgoingMessage) => void
}

/** Those that the pane around the timeline carries out. */
export type PaneCommands = Pick<MessageCommands, 'reply' | 'edit' | 'remove' | 'removeForMe' | 'markUnread'>

export function useMessageCommands(pane: PaneCommands): MessageCommands {
  const words = useWords()
  const client = useClient()
  return useMemo(() => {
    const copy = (text: string) =>
      void copyToClipboard(text).then(
        () => notify(words.timeline.copied),
        () => notify(words.timeline.failedAction, 'danger'),
      )
    return {
      ...pane,
      react(message, emoji) {
        const mine = message.reactions.find((reaction) => reaction.emoji === emoji)?.userIds.includes(client.me)
        client.react(message, emoji, !mine).catch((error) => notify(explain(error, words), 'danger'))
      },
      retry: ({ clientMessageId }) => void client.outbox.retry(clientMessageId),
      discard: ({ clientMessageId }) => void client.outbox.remove(clientMessageId),
      takeBack({ clientMessageId, conversationId, content, replyTo }) {
        const draft = client.drafts.get(conversationId)
        const text = draft?.text ? `${content}\n${draft.text}` : content
        const answered = draft?.replyTo ?? replyTo
        client.drafts.set(conversationId, { text, ...(answered ? { replyTo: answered } : {}) })
        void client.outbox.remove(clientMessageId)
      },
      copyText: (message) => copy(message.content ?? ''),
      copyLink: (message) => copy(location.origin + chatPath(message.conversationId, message.id)),
    }
  }, [client, pane, words])
}

/** A failed command as a sentence that says what to do. */
export function explain(error: unknown, words: Words): string {
  if (!(error instanceof ApiError)) return words.timeline.failedAction
  return error.code === 'network' ? words.timeline.offlineAction : error.message
}
