/** How views reach the running client, and follow one of its stores. */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import { users } from '~/api/endpoints'
import { Directory } from '~/features/people/Directory'
import type { Client } from '~/sync/client'

const ClientContext = createContext<Client | null>(null)
const DirectoryContext = createContext<Directory | null>(null)

export function ClientProvider({ value, children }: { value: Client; children: ReactNode }) {
  const directory = useMemo(() => new Directory(value.conversations, users.get), [value])
  useEffect(() => directory.follow(), [directory])
  return (
    <ClientContext value={value}>
      <DirectoryContext value={directory}>{children}</DirectoryContext>
    </ClientContext>
  )
}

export function useClient(): Client {
  const client = useContext(ClientContext)
  if (!client) throw new Error('useClient outside of a signed-in view')
  return client
}

export function useDirectory(): Directory {
  const directory = useContext(DirectoryContext)
  if (!directory) throw new Error('useDirectory outside of a signed-in view')
  return directory
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
