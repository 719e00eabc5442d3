/** `:emoji:` and `@mention`: what the text before the caret asks for, and what choosing one makes of the text. Pure. */
import type { Participant } from '~/api/types'

export interface Query {
  kind: 'emoji' | 'mention'
  /** Without the `:` or `@`. */
  text: string
  /** Where the `:` or `@` stands. */
  start: number
}

export interface Suggestion {
  key: string
  /** What is put into the text. */
  insert: string
  label: string
  hint?: string
}

const EMOJI = /(?:^|[\s(])(:([a-z0-9_+-]{2,}))$/i
const MENTION = /(?:^|[\s(])(@([a-z0-9_.]*))$/i

export function queryAt(text: string, caret: number): Query | null {
  const before = text.slice(0, caret)
  for (const [kind, pattern] of [
    ['emoji', EMOJI],
    ['mention', MENTION],
  ] as const) {
    const [, whole, name] = pattern.exec(before) ?? []
    if (whole !== undefined && name !== undefined) return { kind, text: name, start: caret - whole.length }
  }
  return null
}

export function complete(text: string, caret: number, query: Query, insert: string): { text: string; caret: number } {
  const head = `${text.slice(0, query.start)}${insert} `
  return { text: head + text.slice(caret).replace(/^ /, ''), caret: head.length }
}

/** Members whose name or username has a word that starts with the text. */
export function matchMembers(members: readonly Participant[], text: string, me: string): Suggestion[] {
  const wanted = text.toLowerCase()
  return members
    .filter(({ userId, username, displayName }) => {
      const names = [username, ...displayName.split(/\s+/)]
      return userId !== me && names.some((name) => name.toLowerCase().startsWith(wanted))
    })
    .slice(0, 8)
    .map(({ userId, username, displayName }) => ({
      key: userId,
      insert: `@${username}`,
      label: displayName || username,
      hint: `@${username}`,
    }))
}

/** A shortcode that was just closed: `:tada:` before the caret. */
export function closedShortcode(text: string, caret: number): { code: string; start: number } | null {
  const [whole, code] = /:([a-z0-9_+-]{2,}):$/i.exec(text.slice(0, caret)) ?? []
  return whole !== undefined && code !== undefined ? { code: code.toLowerCase(), start: caret - whole.length } : null
}
