import { memo } from 'react'
import type { Conversation } from '~/api/types'
import { useClient, useSelect } from '~/app/context'
import { Link } from '~/app/Link'
import { chatPath } from '~/app/location'
import { useToday } from '~/platform/useToday'
import { short } from '~/platform/when'
import { Avatar } from '~/ui/Avatar'
import { useWords } from '~/words'
import { counterpart, preview, titleOf } from './naming'
import { useNames } from './useNames'

interface Props {
  conversation: Conversation
  selected: boolean
}

export const ConversationRow = memo(function ConversationRow({ conversation, selected }: Props) {
  const words = useWords()
  const client = useClient()
  const other = counterpart(conversation, client.me)
  const presence = useSelect(client.presence, (board) => (other ? board.get(other.userId) : undefined))
  const title = titleOf(conversation, client.me)
  const unread = conversation.unreadCount
  const now = useToday()

  return (
    <li>
      <Link
        to={chatPath(conversation.id)}
        aria-current={selected ? 'page' : undefined}
        className={`press flex items-center gap-3 rounded-sm p-2 ${selected ? 'bg-accent-soft marked' : 'hover:bg-raised'}`}
      >
        <Avatar
          id={other?.userId ?? conversation.id}
          name={title}
          size={40}
          status={other && other.userId !== client.me ? (presence?.status ?? 'offline') : undefined}
        />
        <span className="grid min-w-0 grow grid-cols-[minmax(0,1fr)] gap-px">
          <span className="flex items-baseline justify-between gap-2">
            <span dir="auto" className="truncate font-semibold">
              {title}
            </span>
            <time
              dateTime={conversation.lastActivity}
              className={`shrink-0 text-xs tabular ${unread > 0 ? 'font-semibold text-accent' : 'text-ink-3'}`}
            >
              {short(new Date(conversation.lastActivity), now, words)}
            </time>
          </span>
          <span className="flex items-center justify-between gap-2">
            <LastLine conversation={conversation} selected={selected} />
            {unread > 0 && (
              <span className="min-w-5 shrink-0 rounded-full bg-accent px-1.5 text-center text-xs leading-5 font-semibold tabular text-on-accent marked">
                <span aria-hidden="true">{unread > 99 ? '99+' : unread}</span>
                <span className="sr-only">{words.list.unread(unread)}</span>
              </span>
            )}
          </span>
        </span>
      </Link>
    </li>
  )
})

/** Who is typing, else the draft, else what was said last. */
function LastLine({ conversation, selected }: Props) {
  const words = useWords()
  const client = useClient()
  const name = useNames()
  const typing = useSelect(client.typing, (board) => board.get(conversation.id))
  const draft = useSelect(client.drafts, (drafts) => drafts.get(conversation.id))
  if (typing && typing.length > 0) {
    const names = typing.map((id) => name(conversation, id))
    const direct = conversation.conversationType === 'dm'
    return (
      <span className="truncate text-sm text-accent">{direct ? words.list.typingShort : words.list.typing(names)}</span>
    )
  }
  if (draft?.text && !selected) {
    return (
      <span className="truncate text-sm text-ink-2">
        <span className="font-semibold text-warn">{words.list.draft}:</span> <bdi>{draft.text}</bdi>
      </span>
    )
  }
  return (
    <span dir="auto" className={`grow truncate text-sm ${selected ? 'text-ink-2' : 'text-ink-3'}`}>
      {preview(conversation, client.me, words, name)}
    </span>
  )
}
