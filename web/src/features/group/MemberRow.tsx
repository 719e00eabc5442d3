import type { Participant } from '~/api/types'
import { useClient, useSelect } from '~/app/context'
import { nameOf } from '~/features/conversations/naming'
import { Avatar } from '~/ui/Avatar'
import { IconButton } from '~/ui/Button'
import { useWords } from '~/words'

interface Props {
  member: Participant
  /** Given only if the viewer may remove this member. */
  onRemove: (() => void) | undefined
}

export function MemberRow({ member, onRemove }: Props) {
  const words = useWords()
  const client = useClient()
  const presence = useSelect(client.presence, (board) => board.get(member.userId))
  const name = nameOf(member)
  const mine = member.userId === client.me
  return (
    <li className="group/member flex min-h-12 items-center gap-3 rounded-sm px-2 hover:bg-raised">
      <Avatar id={member.userId} name={name} size={36} status={mine ? undefined : presence?.status} />
      <span className="grid min-w-0 grow">
        <span dir="auto" className="truncate">
          {name} {mine && <span className="text-ink-3">({words.group.you})</span>}
        </span>
        <span className="truncate text-xs text-ink-3">@{member.username}</span>
      </span>
      {words.group.roles[member.role] && <span className="text-xs text-ink-3">{words.group.roles[member.role]}</span>}
      {onRemove && <IconButton icon="close" size={16} label={words.group.removeMember(name)} onClick={onRemove} />}
    </li>
  )
}
