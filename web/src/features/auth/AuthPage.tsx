import { type ReactNode, useState } from 'react'
import { ApiError } from '~/api/http'
import { Link } from '~/app/Link'
import icon from '~/assets/icon.svg'
import { IconButton } from '~/ui/Button'
import { Field } from '~/ui/Field'
import { useWords, type Words } from '~/words'

/** The frame of the two pages that one sees before signing in. */
export function AuthPage({ title, children }: { title: string; children: ReactNode }) {
  const words = useWords()
  return (
    <main className="grid min-h-dvh content-center justify-items-center gap-6 bg-bg p-4">
      <div className="grid justify-items-center gap-2">
        <img src={icon} alt="" width={48} height={48} />
        <p className="text-ink-2">
          <span className="font-semibold text-ink">{words.app.name}</span> · {words.app.tagline}
        </p>
      </div>
      <section
        aria-labelledby="auth-title"
        className="grid w-full max-w-sm gap-5 rounded-md border border-line bg-surface p-6"
      >
        <h1 id="auth-title" className="text-xl font-semibold">
          {title}
        </h1>
        {children}
      </section>
    </main>
  )
}

export function AuthSwitch({
  question,
  to,
  action,
}: {
  question: string
  to: '/app/sign-in' | '/app/sign-up'
  action: string
}) {
  return (
    <p className="text-center text-ink-2">
      {question}{' '}
      <Link to={to} className="inline-block py-1 font-semibold text-accent underline-offset-2 hover:underline">
        {action}
      </Link>
    </p>
  )
}

interface PasswordProps {
  autoComplete: 'current-password' | 'new-password'
  hint?: string
  error?: string | undefined
  disabled?: boolean
}

export function PasswordField(props: PasswordProps) {
  const words = useWords()
  const [shown, setShown] = useState(false)
  return (
    <Field
      label={words.auth.password}
      name="password"
      type={shown ? 'text' : 'password'}
      autoCapitalize="off"
      spellCheck={false}
      {...props}
      end={
        <IconButton
          icon="eye"
          label={shown ? words.auth.hidePassword : words.auth.showPassword}
          aria-pressed={shown}
          className={shown ? 'text-accent' : ''}
          onClick={() => setShown(!shown)}
        />
      }
    />
  )
}

/** What the form says about a refusal: under the fields where the server named them, else above the button. */
export interface Refusal {
  fields: Record<string, string>
  general?: string
}

export function refusalOf(error: unknown, words: Words): Refusal {
  if (!(error instanceof ApiError)) throw error
  const fields = Object.fromEntries(error.details.map(({ field, message }) => [field, message]))
  if (error.code === 'username_taken') return { fields: { username: words.auth.failures[error.code] ?? '' } }
  if (error.details.length > 0) return { fields }
  return { fields, general: words.auth.failures[error.code] ?? error.message }
}
