/** How views reach the running client, and follow one of its stores. */
import { createContext, useContext, useRef, useSyncExternalStore } from 'react'
import type { Client } from '~/sync/client'

const ClientContext = createContext<Client | null>(null)

export const ClientProvider = ClientContext.Provider

export function useClient(): Client {
  const client = useContext(ClientContext)
  if (!client) throw new Error('useClient outside of a signed-in view')
  return client
}

interface Source<T> {
  subscribe: (listener: () => void) => () => void
  getSnapshot: () => T
}

export function useSnapshot<T>(source: Source<T>): T {
  return useSyncExternalStore(source.subscribe, source.getSnapshot)
}

/**
 * One part of a snapshot: the view is drawn again only when `select` answers something else. `select` must answer
 * existing values (no new objects).
 */
export function useSelect<T, Part>(source: Source<T>, select: (snapshot: T) => Part): Part {
  const latest = useRef(select)
  latest.current = select
  return useSyncExternalStore(source.subscribe, () => latest.current(source.getSnapshot()))
}
