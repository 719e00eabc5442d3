import type { Conversation, Message } from '~/api/types'
import { useClient } from '~/app/context'
import { memberName } from '~/features/conversations/naming'
import { useWords } from '~/words'

interface Props {
  message: Message
  conversation: Conversation
  onReact: (message: Message, emoji: string) => void
}

export function Reactions({ message, conversation, onReact }: Props) {
  const words = useWords()
  const { me } = useClient()
  return (
    <div className="mt-1 mb-0.5 flex flex-wrap gap-1">
      {message.reactions.map(({ emoji, userIds }) => {
        const own = userIds.includes(me)
        const names = userIds.map((id) => (id === me ? words.list.you : memberName(conversation, id)))
        const label = words.timeline.reactions(emoji, names)
        return (
          <button
            key={emoji}
            type="button"
            tabIndex={-1}
            aria-pressed={own}
            aria-label={label}
            title={label}
            onClick={() => onReact(message, emoji)}
            className={`press inline-flex min-h-7 items-center gap-1.5 rounded-full border px-2 text-sm tabular pointer-coarse:min-h-11 pointer-coarse:px-3 ${own ? 'border-accent bg-accent-soft font-semibold text-accent marked' : 'border-line bg-surface text-ink-2 hover:bg-raised'}`}
          >
            <span aria-hidden="true">{emoji}</span>
            {userIds.length}
          </button>
        )
      })}
    </div>
  )
}
