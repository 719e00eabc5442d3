import type { Conversation, Message } from '~/api/types'
import { useClient } from '~/app/context'
import { useNames } from '~/features/conversations/useNames'
import { useWords } from '~/words'

interface Props {
  message: Message
  conversation: Conversation
  onReact: (message: Message, emoji: string) => void
}

export function Reactions({ message, conversation, onReact }: Props) {
  const words = useWords()
  const { me } = useClient()
  const nameIn = useNames()
  return (
    <div className="mt-1 mb-0.5 flex flex-wrap gap-1 pointer-coarse:-mt-0.5 pointer-coarse:-mb-1 pointer-coarse:gap-x-2 pointer-coarse:gap-y-0">
      {message.reactions.map(({ emoji, userIds }) => {
        const own = userIds.includes(me)
        const names = userIds.map((id) => (id === me ? words.list.you : nameIn(conversation, id)))
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
            className="press group/reaction pointer-coarse:-mx-1 pointer-coarse:min-h-11 pointer-coarse:min-w-11 pointer-coarse:px-1"
          >
            <span
              className={`inline-flex min-h-7 items-center gap-1.5 rounded-full border px-2 text-sm tabular pointer-coarse:min-h-8 pointer-coarse:px-2.5 ${own ? 'border-accent bg-accent-soft font-semibold text-accent marked' : 'border-line bg-surface text-ink-2 group-hover/reaction:bg-raised'}`}
            >
              <span aria-hidden="true">{emoji}</span>
              {userIds.length}
            </span>
          </button>
        )
      })}
    </div>
  )
}
