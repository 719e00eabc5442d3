import { useState } from 'react'
import { conversations as api } from '~/api/endpoints'
import { ApiError } from '~/api/http'
import type { Conversation, Participant } from '~/api/types'
import { useClient } from '~/app/context'
import { counterpart, nameOf, titleOf } from '~/features/conversations/naming'
import { explain } from '~/features/timeline/useMessageCommands'
import { Avatar } from '~/ui/Avatar'
import { Button, IconButton } from '~/ui/Button'
import { Confirm } from '~/ui/Confirm'
import { SidePanel } from '~/ui/SidePanel'
import { useWords } from '~/words'
import { AddPeople } from './AddPeople'
import { MemberRow } from './MemberRow'
import { RenameGroup } from './RenameGroup'

interface Props {
  conversation: Conversation
  onClose: () => void
}

type Step = { kind: 'rename' } | { kind: 'add' } | { kind: 'leave' } | { kind: 'remove'; member: Participant }

/** Who is in a conversation, and for a group what can be changed about it. A column if there is room, else over it. */
export default function Details({ conversation, onClose }: Props) {
  const words = useWords()
  const client = useClient()
  const [step, setStep] = useState<Step | null>(null)
  const other = counterpart(conversation, client.me)
  const title = titleOf(conversation, client.me)
  const ownRole = conversation.participants.find(({ userId }) => userId === client.me)?.role
  const manages = ownRole === 'owner' || ownRole === 'admin'
  function failure(error: unknown): string {
    return error instanceof ApiError && error.code === 'last_owner' ? words.group.lastOwner : explain(error, words)
  }

  return (
    <>
      <SidePanel label={words.group.details} onClose={onClose}>
        <header className="flex min-h-14 shrink-0 items-center justify-between border-b border-line ps-4 pe-2">
          <h2 className="font-semibold">{words.group.details}</h2>
          <IconButton icon="close" label={words.group.hideDetails} onClick={onClose} />
        </header>
        <div className="grid justify-items-center gap-2 p-6 text-center">
          <Avatar id={other?.userId ?? conversation.id} name={title} size={72} />
          <p dir="auto" className="mt-2 text-xl font-semibold">
            {title}
          </p>
          <p className="text-ink-2">
            {other ? `@${other.username}` : words.group.members(conversation.participants.length)}
          </p>
          {manages && !other && (
            <Button icon="edit" onClick={() => setStep({ kind: 'rename' })}>
              {words.group.rename}
            </Button>
          )}
        </div>
        {!other && (
          <>
            <div className="flex items-center justify-between px-4 pb-1">
              <h3 className="text-sm font-semibold text-ink-2">
                {words.group.members(conversation.participants.length)}
              </h3>
              {manages && (
                <IconButton icon="personAdd" label={words.group.add} onClick={() => setStep({ kind: 'add' })} />
              )}
            </div>
            <ul className="px-2">
              {conversation.participants.map((member) => (
                <MemberRow
                  key={member.userId}
                  member={member}
                  onRemove={
                    manages && member.userId !== client.me && member.role !== 'owner'
                      ? () => setStep({ kind: 'remove', member })
                      : undefined
                  }
                />
              ))}
            </ul>
            <div className="p-4">
              <Button look="danger" icon="leave" className="w-full" onClick={() => setStep({ kind: 'leave' })}>
                {words.group.leave}
              </Button>
            </div>
          </>
        )}
      </SidePanel>
      {step?.kind === 'rename' && <RenameGroup conversation={conversation} onClose={() => setStep(null)} />}
      {step?.kind === 'add' && <AddPeople conversation={conversation} onClose={() => setStep(null)} />}
      {step?.kind === 'remove' && (
        <Confirm
          title={words.group.removeTitle(nameOf(step.member))}
          hint={words.group.removeHint}
          action={words.group.remove}
          explain={failure}
          onConfirm={async () => {
            await api.removeMember(conversation.id, step.member.userId)
            await client.refetch(conversation.id)
          }}
          onClose={() => setStep(null)}
        />
      )}
      {step?.kind === 'leave' && (
        <Confirm
          title={words.group.leaveTitle(title)}
          hint={words.group.leaveHint}
          action={words.group.leave}
          explain={failure}
          onConfirm={async () => {
            await api.removeMember(conversation.id, client.me)
            await client.refetch(conversation.id)
          }}
          onClose={() => setStep(null)}
        />
      )}
    </>
  )
}
