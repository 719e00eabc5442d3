import { lazy, Suspense } from 'react'
import icon from '~/assets/icon.svg'
import { SignIn } from '~/features/auth/SignIn'
import { SignUp } from '~/features/auth/SignUp'
import { restoreSession, useSession } from '~/features/auth/session'
import { Button } from '~/ui/Button'
import { EmptyState } from '~/ui/EmptyState'
import { ErrorBoundary } from '~/ui/ErrorBoundary'
import { Notices } from '~/ui/Notices'
import { useWords } from '~/words'
import { ClientProvider } from './context'
import { Link } from './Link'
import { isKnown, useVisit } from './location'
import { part } from './parts'

const Shell = lazy(() => part(() => import('./Shell')))

export function App() {
  return (
    <ErrorBoundary page>
      <Page />
      <Notices />
    </ErrorBoundary>
  )
}

/** A link into the client keeps its address while one signs in, and is then where one arrives. */
function Page() {
  const session = useSession()
  const { path } = useVisit()
  if (session.status === 'checking') return <Starting />
  if (session.status === 'unreachable') return <Unreachable />
  if (session.status === 'signed-out') return path === '/app/sign-up' ? <SignUp /> : <SignIn />
  if (!isKnown(path)) return <NotFound />
  return (
    <ClientProvider value={session.client}>
      <Suspense fallback={<Starting />}>
        <Shell />
      </Suspense>
    </ClientProvider>
  )
}

/** Not drawn at all if it takes no time. */
function Starting() {
  const words = useWords()
  return (
    <div
      role="status"
      aria-label={words.app.loading}
      className="grid min-h-dvh animate-[appear_180ms_400ms_both] place-items-center"
    >
      <img src={icon} alt="" width={48} height={48} />
    </div>
  )
}

function Unreachable() {
  const words = useWords()
  return (
    <main className="flex min-h-dvh">
      <EmptyState page icon="danger" title={words.app.unreachable} hint={words.app.unreachableHint}>
        <Button look="primary" onClick={() => void restoreSession()}>
          {words.app.tryAgain}
        </Button>
      </EmptyState>
    </main>
  )
}

function NotFound() {
  const words = useWords()
  return (
    <main className="flex min-h-dvh">
      <EmptyState page icon="search" title={words.app.notFound}>
        <Link to="/app" className="font-semibold text-accent underline underline-offset-2">
          {words.app.toChats}
        </Link>
      </EmptyState>
    </main>
  )
}
