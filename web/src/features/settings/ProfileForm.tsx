import { type FormEvent, useId, useState } from 'react'
import { users } from '~/api/endpoints'
import { useClient, useSelect } from '~/app/context'
import { nameOf } from '~/features/conversations/naming'
import { explain } from '~/features/timeline/useMessageCommands'
import { Avatar } from '~/ui/Avatar'
import { Button } from '~/ui/Button'
import { Field, INPUT } from '~/ui/Field'
import { notify } from '~/ui/Notices'
import { useWords } from '~/words'

export function ProfileForm() {
  const words = useWords()
  const client = useClient()
  const id = useId()
  const user = useSelect(client.profile, (profile) => profile)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string>()

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const { displayName = '', bio = '' } = Object.fromEntries(new FormData(event.currentTarget)) as Record<
      string,
      string
    >
    setBusy(true)
    setFailure(undefined)
    try {
      client.profile.set(await users.update(user.id, { displayName: displayName.trim(), bio: bio.trim() }))
      notify(words.app.saved)
    } catch (error) {
      setFailure(explain(error, words))
    }
    setBusy(false)
  }

  return (
    <form className="grid gap-5" onSubmit={(event) => void submit(event)}>
      <div className="flex items-center gap-4">
        <Avatar id={user.id} name={nameOf(user)} size={72} />
        <div>
          <p dir="auto" className="text-xl font-semibold">
            {nameOf(user)}
          </p>
          <p className="text-ink-2">@{user.username}</p>
        </div>
      </div>
      <Field
        label={words.auth.displayName}
        name="displayName"
        autoComplete="name"
        dir="auto"
        maxLength={64}
        defaultValue={user.displayName}
      />
      <div className="grid gap-1">
        <label htmlFor={id} className="text-sm font-semibold">
          {words.settings.bio}
        </label>
        <textarea
          id={id}
          name="bio"
          dir="auto"
          rows={3}
          maxLength={500}
          aria-describedby={`${id}-hint`}
          defaultValue={user.bio ?? ''}
          className={INPUT}
        />
        <p id={`${id}-hint`} className="text-sm text-ink-3">
          {words.settings.bioHint}
        </p>
      </div>
      {failure && (
        <p role="alert" className="text-sm text-danger">
          {failure}
        </p>
      )}
      <Button type="submit" look="primary" busy={busy} className="justify-self-start">
        {words.app.save}
      </Button>
    </form>
  )
}
