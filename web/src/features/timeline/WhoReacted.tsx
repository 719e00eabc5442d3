import type { Conversation, Message } from '~/api/types'
import { useClient } from '~/app/context'
import { useNames } from '~/features/conversations/useNames'
import { Avatar } from '~/ui/Avatar'
import { Modal } from '~/ui/Modal'
import { useWords } from '~/words'

interface Props {
  message: Message
  conversation: Conversation
  onReact: (message: Message, emoji: string) => void
  onClose: () => void
}

/** Each reaction with those who gave it; pressing its emoji joins them, or takes one's own away. */
export function WhoReacted({ message, conversation, onReact, onClose }: Props) {
  const words = useWords()
  const { me } = useClient()
  const nameIn = useNames()
  return (
    <Modal title={words.timeline.whoReacted} onClose={onClose}>
      <ul className="grid gap-3 p-4 pt-2">
        {message.reactions.map(({ emoji, userIds }) => (
          <li key={emoji} className="flex items-start gap-3">
            <button
              type="button"
              aria-pressed={userIds.includes(me)}
              aria-label={words.timeline.reactWith(emoji)}
              onClick={() => onReact(message, emoji)}
              className={`press target shrink-0 rounded-sm border text-lg ${userIds.includes(me) ? 'border-accent bg-accent-soft marked' : 'border-line hover:bg-raised'}`}
            >
              {emoji}
            </button>
            <ul className="flex min-h-8 flex-wrap items-center gap-x-4 gap-y-1 pointer-coarse:min-h-11">
              {userIds.map((id) => (
                <li key={id} className="flex items-center gap-2">
                  <Avatar id={id} name={nameIn(conversation, id)} size={20} />
                  {id === me ? words.list.you : nameIn(conversation, id)}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </Modal>
  )
}
