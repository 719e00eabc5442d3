import type { Conversation } from '~/api/types'
import { useClient, useSelect } from '~/app/context'
import { toggleDetails, useInterface } from '~/app/interface'
import { Link } from '~/app/Link'
import { counterpart, titleOf } from '~/features/conversations/naming'
import { useToday } from '~/platform/useToday'
import { short } from '~/platform/when'
import type { Presence } from '~/sync/presence'
import { Avatar } from '~/ui/Avatar'
import { IconButton } from '~/ui/Button'
import { Icon } from '~/ui/Icon'
import { useWords, type Words } from '~/words'

export function ChatHeader({ conversation }: { conversation: Conversation }) {
  const words = useWords()
  const client = useClient()
  const detailsOpen = useInterface((state) => state.detailsOpen)
  const other = counterpart(conversation, client.me)
  const presence = useSelect(client.presence, (board) => (other ? board.get(other.userId) : undefined))
  const title = titleOf(conversation, client.me)
  const status = presence?.status ?? 'offline'
  const today = useToday()

  return (
    <header className="flex min-h-14 items-center gap-2 border-b border-line px-2 md:ps-4">
      <Link
        to="/app"
        aria-label={words.app.back}
        className="press target rounded-sm text-ink-2 hover:bg-raised md:hidden"
      >
        <Icon name="back" />
      </Link>
      <Avatar id={other?.userId ?? conversation.id} name={title} size={36} status={other ? status : undefined} />
      <div className="min-w-0 grow ps-1">
        <h1 dir="auto" className="truncate text-start text-base leading-5 font-semibold">
          {title}
        </h1>
        <p className="truncate text-xs text-ink-3">
          {other ? present(presence, today, words) : words.group.members(conversation.participants.length)}
        </p>
      </div>
      <IconButton
        icon="info"
        label={detailsOpen ? words.group.hideDetails : words.group.details}
        aria-expanded={detailsOpen}
        onClick={() => toggleDetails()}
      />
    </header>
  )
}

/** Whether somebody is there, or else since when they are not, as far as that is known. */
function present(presence: Presence | undefined, today: Date, words: Words): string {
  const { status = 'offline', lastSeen } = presence ?? {}
  if (status !== 'offline' || !lastSeen) return words.presence[status]
  return words.presence.lastSeen(short(new Date(lastSeen), today, words))
}
