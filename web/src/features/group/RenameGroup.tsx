import { type FormEvent, useState } from 'react'
import { conversations as api } from '~/api/endpoints'
import type { Conversation } from '~/api/types'
import { useClient } from '~/app/context'
import { explain } from '~/features/timeline/useMessageCommands'
import { Button } from '~/ui/Button'
import { Field } from '~/ui/Field'
import { Modal } from '~/ui/Modal'
import { useWords } from '~/words'

export function RenameGroup({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const words = useWords()
  const client = useClient()
  const [failure, setFailure] = useState<string>()
  const [busy, setBusy] = useState(false)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const name = String(new FormData(event.currentTarget).get('name')).trim()
    if (!name) return setFailure(words.people.noName)
    setBusy(true)
    try {
      await api.rename(conversation.id, name)
      await client.refetch(conversation.id)
      onClose()
    } catch (error) {
      setFailure(explain(error, words))
      setBusy(false)
    }
  }

  return (
    <Modal title={words.group.rename} onClose={onClose}>
      <form className="grid gap-4 p-4 pt-2" noValidate onSubmit={(event) => void submit(event)}>
        <Field
          label={words.group.name}
          name="name"
          dir="auto"
          defaultValue={conversation.name ?? ''}
          data-autofocus
          maxLength={128}
          error={failure}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.app.cancel}</Button>
          <Button type="submit" look="primary" busy={busy}>
            {words.app.save}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
