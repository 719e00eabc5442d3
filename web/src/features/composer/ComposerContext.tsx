import type { Conversation, Message } from '~/api/types'
import { useClient } from '~/app/context'
import { useNames } from '~/features/conversations/useNames'
import { quotedText, useQuoted } from '~/features/timeline/ReplyQuote'
import { IconButton } from '~/ui/Button'
import { Icon } from '~/ui/Icon'
import { useWords } from '~/words'

interface Props {
  conversation: Conversation
  editing: Message | null
  replyTo: string | undefined
  onCancel: () => void
}

/** What the text in the box belongs to: an answer, or a change of an earlier message. */
export function ComposerContext({ conversation, editing, replyTo, onCancel }: Props) {
  const words = useWords()
  const client = useClient()
  const nameIn = useNames()
  const quoted = useQuoted(conversation.id, editing ? undefined : replyTo)
  const subject = editing ?? quoted
  if (!editing && !replyTo) return null
  const author = subject?.senderId === client.me ? words.list.you : nameIn(conversation, subject?.senderId ?? '')
  return (
    <div className="flex items-center gap-2 border-b border-line ps-3 pe-1">
      <Icon name={editing ? 'edit' : 'reply'} size={16} className="text-accent" />
      <p className="min-w-0 grow truncate py-1 text-sm text-ink-2">
        <span className="font-semibold text-accent">
          {editing ? words.composer.editing : words.composer.replyingTo(author)}
        </span>{' '}
        {subject && <bdi>{quotedText(subject) ?? words.list.deleted}</bdi>}
      </p>
      <IconButton
        icon="close"
        size={16}
        label={editing ? words.composer.cancelEdit : words.composer.cancelReply}
        onClick={onCancel}
      />
    </div>
  )
}
