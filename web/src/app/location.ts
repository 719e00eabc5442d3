/**
 * The address, as state. A change of it is drawn in the same event that made it: whoever presses Enter in the switcher
 * and types on must not have a word land in the chat they left. Routers that load routes commit later than that.
 */
import { useSyncExternalStore } from 'react'
import { randomId } from '~/platform/random-id'
import { Observable } from '~/sync/observable'

export interface Visit {
  path: string
  /** Going back to a visit gives the same key, going to the same path again another one. */
  key: string
}

class Address extends Observable<Visit> {
  constructor() {
    super(currentVisit())
    window.addEventListener('popstate', () => this.publish(currentVisit()))
  }

  go(path: string, { replace = false } = {}): void {
    const key = randomId()
    history[replace ? 'replaceState' : 'pushState']({ key }, '', path)
    this.publish({ path, key })
  }
}

function currentVisit(): Visit {
  return { path: location.pathname, key: (history.state as { key?: string } | null)?.key ?? 'first' }
}

export const address = new Address()

export function useVisit(): Visit {
  return useSyncExternalStore(address.subscribe, address.getSnapshot)
}

export interface ChatAddress {
  conversationId: string
  /** A permalink: the message to show. */
  messageId: string | null
}

const CHAT = /^\/app\/c\/([^/]+)(?:\/m\/([^/]+))?\/?$/

export function parseChat(path: string): ChatAddress | null {
  const [, conversationId, messageId] = CHAT.exec(path) ?? []
  return conversationId ? { conversationId, messageId: messageId ?? null } : null
}

const KNOWN = /^\/(?:$|app(?:\/(?:sign-in|sign-up|settings(?:\/[a-z]+)?)?)?\/?$)/

/** Whether an address leads anywhere. */
export function isKnown(path: string): boolean {
  return KNOWN.test(path) || parseChat(path) !== null
}

export function chatPath(conversationId: string, messageId?: string): string {
  return `/app/c/${conversationId}${messageId ? `/m/${messageId}` : ''}`
}

/** Goes to a chat, or stays in it. */
export function openChat(conversationId: string, messageId?: string): void {
  const path = chatPath(conversationId, messageId)
  address.go(path, { replace: address.getSnapshot().path === path })
}
