import { type FormEvent, useState } from 'react'
import { Button } from '~/ui/Button'
import { Field } from '~/ui/Field'
import { useWords } from '~/words'
import { AuthPage, AuthSwitch, PasswordField, type Refusal, refusalOf } from './AuthPage'
import { signIn, useSession } from './session'

export function SignIn() {
  const words = useWords()
  const ended = useSession((state) => state.status === 'signed-out' && state.ended)
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<Refusal>({ fields: {} })

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    const { username, password } = Object.fromEntries(new FormData(form)) as Record<string, string>
    if (!username || !password) {
      setRefusal({
        fields: {
          ...(username ? {} : { username: words.auth.required }),
          ...(password ? {} : { password: words.auth.required }),
        },
      })
      return focusFirstInvalid(form)
    }
    setBusy(true)
    setRefusal({ fields: {} })
    try {
      await signIn({ username, password })
    } catch (error) {
      setRefusal(refusalOf(error, words))
      setBusy(false)
    }
  }

  return (
    <AuthPage title={words.auth.signInTitle}>
      {ended && <p className="rounded-sm bg-raised px-3 py-2 text-sm text-ink-2">{words.auth.ended}</p>}
      <form className="grid gap-4" noValidate onSubmit={(event) => void submit(event)}>
        <Field
          label={words.auth.usernameOrEmail}
          name="username"
          autoComplete="username"
          autoCapitalize="off"
          spellCheck={false}
          autoFocus
          error={refusal.fields.username ?? refusal.fields.login}
        />
        <PasswordField autoComplete="current-password" error={refusal.fields.password} />
        {refusal.general && (
          <p role="alert" className="text-sm text-danger">
            {refusal.general}
          </p>
        )}
        <Button type="submit" look="primary" busy={busy}>
          {words.auth.signIn}
        </Button>
      </form>
      <AuthSwitch question={words.auth.newHere} to="/app/sign-up" action={words.auth.signUp} />
    </AuthPage>
  )
}

/** After a check that failed: the first field to correct, once it is drawn as such. */
export function focusFirstInvalid(form: HTMLFormElement): void {
  requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid=true]')?.focus())
}
