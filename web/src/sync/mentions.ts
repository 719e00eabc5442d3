/** `@username` in a text. A dot at the end ends the sentence, not the name. */
import type { Participant } from '~/api/types'

const MENTION = /(@[a-z0-9_.]{2,31}[a-z0-9_])/i

/** The text in pieces: every second one is an `@username`, which may or may not be somebody's. */
export function splitMentions(text: string): string[] {
  return text.split(MENTION)
}

/** Who of these is mentioned. */
export function mentionedIn(text: string, members: readonly Participant[]): string[] {
  const names = new Set(splitMentions(text).filter((_, index) => index % 2 === 1))
  const wanted = new Set([...names].map((name) => name.slice(1).toLowerCase()))
  return members.filter(({ username }) => wanted.has(username.toLowerCase())).map(({ userId }) => userId)
}
