import { type FormEvent, useEffect, useState } from 'react'
import { server } from '~/api/endpoints'
import { Button } from '~/ui/Button'
import { Field } from '~/ui/Field'
import { useWords, type Words } from '~/words'
import { AuthPage, AuthSwitch, PasswordField, type Refusal, refusalOf } from './AuthPage'
import { focusFirstInvalid } from './SignIn'
import { signUp } from './session'

const USERNAME = /^[a-z0-9_.]{3,32}$/i
const MIN_PASSWORD = 8

export function SignUp() {
  const words = useWords()
  const closed = useRegistrationClosed()
  const [busy, setBusy] = useState(false)
  const [pending, setPending] = useState(false)
  const [refusal, setRefusal] = useState<Refusal>({ fields: {} })

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    const {
      username = '',
      password = '',
      displayName = '',
    } = Object.fromEntries(new FormData(form)) as Record<string, string>
    const fields = check(username, password, words)
    setRefusal({ fields })
    if (Object.keys(fields).length > 0) return focusFirstInvalid(form)
    setBusy(true)
    try {
      const name = displayName.trim()
      setPending(!(await signUp({ username, password, ...(name ? { displayName: name } : {}) })))
    } catch (error) {
      setRefusal(refusalOf(error, words))
      setBusy(false)
      focusFirstInvalid(form)
    }
  }

  if (pending || closed) {
    return (
      <AuthPage title={words.auth.signUpTitle}>
        <p role="status">{pending ? words.auth.pending : words.auth.closed}</p>
        <AuthSwitch question={words.auth.haveAccount} to="/app/sign-in" action={words.auth.signIn} />
      </AuthPage>
    )
  }
  return (
    <AuthPage title={words.auth.signUpTitle}>
      <form className="grid gap-4" noValidate onSubmit={(event) => void submit(event)}>
        <Field
          label={words.auth.username}
          hint={words.auth.usernameHint}
          name="username"
          autoComplete="username"
          autoCapitalize="off"
          spellCheck={false}
          autoFocus
          error={refusal.fields.username}
        />
        <Field
          label={words.auth.displayName}
          hint={words.auth.displayNameHint}
          optional={words.auth.optional}
          name="displayName"
          autoComplete="name"
          dir="auto"
          error={refusal.fields.displayName}
        />
        <PasswordField autoComplete="new-password" hint={words.auth.passwordHint} error={refusal.fields.password} />
        {refusal.general && (
          <p role="alert" className="text-sm text-danger">
            {refusal.general}
          </p>
        )}
        <Button type="submit" look="primary" busy={busy}>
          {words.auth.signUp}
        </Button>
      </form>
      <AuthSwitch question={words.auth.haveAccount} to="/app/sign-in" action={words.auth.signIn} />
    </AuthPage>
  )
}

function check(username: string, password: string, words: Words): Record<string, string> {
  return {
    ...(USERNAME.test(username) ? {} : { username: words.auth.usernameInvalid }),
    ...([...password].length >= MIN_PASSWORD ? {} : { password: words.auth.passwordShort }),
  }
}

/** True only if the server says so: when it cannot be asked, the form's own answer is clear enough. */
function useRegistrationClosed(): boolean {
  const [closed, setClosed] = useState(false)
  useEffect(() => {
    server().then(
      ({ registration }) => setClosed(registration === 'closed'),
      () => undefined,
    )
  }, [])
  return closed
}
