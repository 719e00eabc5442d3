import { useState } from 'react'
import { conversations as api } from '~/api/endpoints'
import type { Conversation, User } from '~/api/types'
import { useClient } from '~/app/context'
import { openChat } from '~/app/location'
import { explain } from '~/features/timeline/useMessageCommands'
import { Button } from '~/ui/Button'
import { Field } from '~/ui/Field'
import { Icon } from '~/ui/Icon'
import { Modal } from '~/ui/Modal'
import { useWords } from '~/words'
import { PeoplePicker } from './PeoplePicker'

/** Finds a person and opens the chat with them, or gathers several and makes a group. */
export default function NewChat({ onClose }: { onClose: () => void }) {
  const words = useWords()
  const client = useClient()
  const [group, setGroup] = useState(false)
  const [failure, setFailure] = useState<string>()

  async function create(make: () => Promise<Conversation>) {
    setFailure(undefined)
    try {
      const conversation = await make()
      client.adopt(conversation)
      onClose()
      openChat(conversation.id)
    } catch (error) {
      setFailure(explain(error, words))
    }
  }

  return (
    <Modal title={group ? words.people.groupTitle : words.people.title} onClose={onClose} place="top">
      {group ? (
        <NewGroup onCreate={create} />
      ) : (
        <>
          <PeoplePicker
            exclude={new Set([client.me])}
            onPick={(user) => void create(() => api.create({ conversationType: 'dm', participantIds: [user.id] }))}
          />
          <button
            type="button"
            onClick={() => setGroup(true)}
            className="press flex min-h-13 items-center gap-3 border-t border-line px-6 text-start font-semibold text-accent hover:bg-raised"
          >
            <Icon name="group" />
            {words.people.newGroup}
          </button>
        </>
      )}
      {failure && (
        <p role="alert" className="px-4 pb-4 text-sm text-danger">
          {failure}
        </p>
      )}
    </Modal>
  )
}

function NewGroup({ onCreate }: { onCreate: (make: () => Promise<Conversation>) => Promise<void> }) {
  const words = useWords()
  const client = useClient()
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<User[]>([])
  const [busy, setBusy] = useState(false)
  const [complaint, setComplaint] = useState<'name' | 'members'>()

  async function submit() {
    if (!name.trim()) return setComplaint('name')
    if (chosen.length === 0) return setComplaint('members')
    setBusy(true)
    const participantIds = chosen.map((user) => user.id)
    await onCreate(() => api.create({ conversationType: 'group', name: name.trim(), participantIds }))
    setBusy(false)
  }

  return (
    <>
      <div className="px-4 pt-2 pb-1">
        <Field
          label={words.people.groupName}
          autoFocus
          dir="auto"
          maxLength={128}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={complaint === 'name' && !name.trim() ? words.people.noName : undefined}
        />
      </div>
      <PeoplePicker chosen={chosen} onChange={setChosen} exclude={new Set([client.me])} />
      <div className="flex items-center justify-end gap-3 border-t border-line p-3">
        <p role="status" className="grow text-sm text-ink-2">
          {complaint === 'members' && chosen.length === 0
            ? words.people.noMembers
            : words.people.groupMembers(chosen.length)}
        </p>
        <Button look="primary" busy={busy} onClick={() => void submit()}>
          {words.people.createGroup}
        </Button>
      </div>
    </>
  )
}
