import { useState } from 'react'
import { conversations as api } from '~/api/endpoints'
import type { Conversation, User } from '~/api/types'
import { useClient } from '~/app/context'
import { PeoplePicker } from '~/features/people/PeoplePicker'
import { explain } from '~/features/timeline/useMessageCommands'
import { Button } from '~/ui/Button'
import { Modal } from '~/ui/Modal'
import { useWords } from '~/words'

export function AddPeople({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const words = useWords()
  const client = useClient()
  const [chosen, setChosen] = useState<User[]>([])
  const [failure, setFailure] = useState<string>()
  const [busy, setBusy] = useState(false)

  async function submit() {
    setBusy(true)
    try {
      for (const user of chosen) await api.addMember(conversation.id, user.id)
      onClose()
    } catch (error) {
      setFailure(explain(error, words))
      setBusy(false)
    }
    await client.refetch(conversation.id)
  }

  return (
    <Modal title={words.group.addTitle} onClose={onClose}>
      <PeoplePicker
        chosen={chosen}
        onChange={setChosen}
        exclude={new Set(conversation.participants.map(({ userId }) => userId))}
      />
      <div className="flex items-center justify-end gap-3 border-t border-line p-3">
        {failure && (
          <p role="alert" className="grow text-sm text-danger">
            {failure}
          </p>
        )}
        <Button look="primary" busy={busy} disabled={chosen.length === 0} onClick={() => void submit()}>
          {words.group.add}
        </Button>
      </div>
    </Modal>
  )
}
