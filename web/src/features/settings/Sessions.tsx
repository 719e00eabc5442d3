import { useCallback, useEffect, useState } from 'react'
import { auth } from '~/api/endpoints'
import type { Session } from '~/api/types'
import { deviceName, signOut } from '~/features/auth/session'
import { explain } from '~/features/timeline/useMessageCommands'
import { exact, short } from '~/platform/when'
import { Button } from '~/ui/Button'
import { Confirm } from '~/ui/Confirm'
import { notify } from '~/ui/Notices'
import { useWords } from '~/words'

export function Sessions() {
  const words = useWords()
  const { sessions, failure, load } = useSessions()
  const [everywhere, setEverywhere] = useState(false)

  async function revoke(session: Session) {
    try {
      await auth.revokeSession(session.id)
    } catch (error) {
      notify(explain(error, words), 'danger')
    }
    await load()
  }

  return (
    <div className="grid gap-4">
      <p className="text-ink-2">{words.settings.sessionsHint}</p>
      {failure && (
        <div className="grid justify-items-start gap-2">
          <p role="alert" className="text-danger">
            {failure}
          </p>
          <Button onClick={() => void load()}>{words.app.tryAgain}</Button>
        </div>
      )}
      <ul aria-busy={!sessions} className="divide-y divide-line">
        {sessions?.map((session) => {
          const name = session.deviceName || deviceName(session.userAgent ?? '')
          return (
            <li key={session.id} className="flex min-h-16 items-center gap-3 py-2">
              <div className="min-w-0 grow">
                <p className="truncate font-semibold">{name}</p>
                <p className="text-sm text-ink-2">
                  {session.current ? (
                    <span className="font-semibold text-ok">{words.settings.thisDevice}</span>
                  ) : (
                    <time dateTime={session.lastUsedAt} title={exact(new Date(session.lastUsedAt))}>
                      {words.settings.lastUsed(short(new Date(session.lastUsedAt), new Date(), words))}
                    </time>
                  )}
                  {[session.ip, session.location].filter(Boolean).map((detail) => ` · ${detail}`)}
                </p>
              </div>
              {!session.current && (
                <Button
                  look="danger"
                  className="shrink-0"
                  aria-label={words.settings.revokeNamed(name)}
                  onClick={() => void revoke(session)}
                >
                  {words.settings.revoke}
                </Button>
              )}
            </li>
          )
        })}
      </ul>
      <Button look="danger" className="justify-self-start" onClick={() => setEverywhere(true)}>
        {words.settings.signOutEverywhere}
      </Button>
      {everywhere && (
        <Confirm
          title={words.settings.signOutEverywhereTitle}
          hint={words.settings.signOutEverywhereHint}
          action={words.settings.signOutEverywhere}
          explain={(error) => explain(error, words)}
          onConfirm={() => signOut({ everywhere: true })}
          onClose={() => setEverywhere(false)}
        />
      )}
    </div>
  )
}

function useSessions() {
  const words = useWords()
  const [sessions, setSessions] = useState<Session[]>()
  const [failure, setFailure] = useState<string>()
  const load = useCallback(async () => {
    try {
      const all = await auth.sessions()
      setSessions(
        all.toSorted((a, b) => Number(b.current) - Number(a.current) || b.lastUsedAt.localeCompare(a.lastUsedAt)),
      )
      setFailure(undefined)
    } catch (error) {
      setFailure(explain(error, words))
    }
  }, [words])
  useEffect(() => void load(), [load])
  return { sessions, failure, load }
}
