import { useEffect, useState } from 'react'
import { users } from '~/api/endpoints'
import type { User } from '~/api/types'

export type PeopleSearch =
  | { status: 'idle' }
  | { status: 'searching'; found: User[] }
  | { status: 'found'; found: User[] }
  | { status: 'failed' }

/** Typing must pause this long before the server is asked. */
const PAUSE_MS = 150

/** People whose name or username starts with the text; while a new search runs, the last result stays. */
export function usePeopleSearch(text: string): PeopleSearch {
  const [state, setState] = useState<PeopleSearch>({ status: 'idle' })
  const wanted = text.trim().replace(/^@/, '')

  useEffect(() => {
    if (wanted === '') return setState({ status: 'idle' })
    const abort = new AbortController()
    setState((last) => ({ status: 'searching', found: 'found' in last ? last.found : [] }))
    const timer = setTimeout(() => {
      users.search(wanted, abort.signal).then(
        (found) => setState({ status: 'found', found }),
        () => !abort.signal.aborted && setState({ status: 'failed' }),
      )
    }, PAUSE_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [wanted])

  return state
}
