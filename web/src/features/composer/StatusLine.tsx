import type { Conversation } from '~/api/types'
import { useClient, useSelect } from '~/app/context'
import { useNames } from '~/features/conversations/useNames'
import { useWords } from '~/words'

/** One line that is always there, so that what comes and goes in it moves nothing: who is typing, or "offline". */
export function StatusLine({ conversation }: { conversation: Conversation }) {
  const words = useWords()
  const client = useClient()
  const nameIn = useNames()
  const status = useSelect(client.connection, (connection) => connection.status)
  const typing = useSelect(client.typing, (board) => board.get(conversation.id)) ?? []
  return (
    <p className="flex h-5 items-center gap-2 truncate px-4 text-xs text-ink-3">
      {status === 'offline' ? (
        <span className="md:hidden">{words.connection.offline}</span>
      ) : (
        typing.length > 0 && (
          <>
            <span aria-hidden="true" className="flex gap-0.5">
              {[0, 150, 300].map((delay) => (
                <span
                  key={delay}
                  className="size-1 animate-[blink_1.2s_infinite] rounded-full bg-current"
                  style={{ animationDelay: `${delay}ms` }}
                />
              ))}
            </span>
            {words.list.typing(typing.map((id) => nameIn(conversation, id)))}
          </>
        )
      )}
    </p>
  )
}
