/** The routes this client uses, by name. */
import { type Page, request } from './http'
import type { Conversation, Message, MessageEdit, ServerInfo, Session, User } from './types'

export interface Credentials {
  username: string
  password: string
}

async function data<T>(method: string, path: string, options?: Parameters<typeof request>[2]): Promise<T> {
  return (await request<T>(method, path, options)).data
}

/** The whole list, however many pages that takes. */
async function everyPage<T>(path: string): Promise<T[]> {
  const found: T[] = []
  let cursor: string | undefined
  do {
    const { data, page } = await request<T[]>('GET', path, { query: { limit: 100, cursor } })
    found.push(...data)
    cursor = page?.hasMore ? (page.nextCursor ?? undefined) : undefined
  } while (cursor)
  return found
}

export const server = () => data<ServerInfo>('GET', '/server')

export const auth = {
  me: () => data<User>('GET', '/auth/me'),
  register: (body: Credentials & { displayName?: string; deviceId: string; deviceName: string }) =>
    data<{ user: User; accessToken?: string }>('POST', '/auth/register', { body }),
  login: ({ username, ...rest }: Credentials & { deviceId: string; deviceName: string }) =>
    data<{ user: User }>('POST', '/auth/login', { body: { login: username, ...rest } }),
  logout: () => data<unknown>('POST', '/auth/logout'),
  logoutEverywhere: () => data<unknown>('POST', '/auth/logout-all'),
  sessions: () => data<Session[]>('GET', '/auth/sessions'),
  revokeSession: (id: string) => data<unknown>('DELETE', `/auth/sessions/${id}`),
}

export const users = {
  search: (search: string, signal?: AbortSignal) =>
    data<User[]>('GET', '/users', { query: { search, limit: 20 }, ...(signal ? { signal } : {}) }),
  get: (id: string) => data<User>('GET', `/users/${id}`),
  online: () => everyPage<User>('/users/online'),
  update: (id: string, body: { displayName?: string; bio?: string }) => data<User>('PUT', `/users/${id}`, { body }),
}

export const conversations = {
  all: () => everyPage<Conversation>('/conversations'),
  get: (id: string) => data<Conversation>('GET', `/conversations/${id}`),
  create: (body: { conversationType: 'dm' | 'group'; participantIds: string[]; name?: string }) =>
    data<Conversation>('POST', '/conversations', { body }),
  rename: (id: string, name: string) => data<Conversation>('PUT', `/conversations/${id}`, { body: { name } }),
  addMember: (id: string, userId: string) =>
    data<unknown>('POST', `/conversations/${id}/participants`, { body: { userId } }),
  removeMember: (id: string, userId: string) => data<unknown>('DELETE', `/conversations/${id}/participants/${userId}`),
}

export interface MessagePage {
  /** Oldest first, whatever the server's order was. */
  messages: Message[]
  hasMore: boolean
}

async function messagePage(id: string, query: Record<string, string | number | undefined>): Promise<MessagePage> {
  const { data, page } = await request<Message[]>('GET', `/conversations/${id}/messages`, { query })
  return { messages: data.toSorted((a, b) => a.seq - b.seq), hasMore: (page as Page | undefined)?.hasMore ?? false }
}

export const messages = {
  /** The newest messages below `seq` (or of all); `hasMore` says that older ones exist. */
  before: (id: string, seq: number | undefined, limit: number) => messagePage(id, { before: seq, limit }),
  /** The oldest messages above `seq`; `hasMore` says that newer ones exist. */
  after: (id: string, seq: number, limit: number) => messagePage(id, { after: seq, limit }),
  get: (id: string) => data<Message>('GET', `/messages/${id}`),
  history: (id: string) => data<MessageEdit[]>('GET', `/messages/${id}/history`),
}
