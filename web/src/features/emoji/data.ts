/** The emoji, in a chunk of its own. */
import rows from 'virtual:emoji'

export interface Emoji {
  character: string
  /** Index into the words' `emoji.groups`. */
  group: number
  shortcodes: string[]
  /** Lower-case text that a search looks into. */
  words: string
}

export const all: readonly Emoji[] = rows.map(([character, group, shortcodes, words]) => ({
  character,
  group,
  shortcodes: shortcodes.split(' ').filter(Boolean),
  words: `${shortcodes} ${words}`.toLowerCase(),
}))

/** Those whose shortcode starts with the text come first, the shortest (plainest) of them foremost. */
export function search(text: string, limit: number): Emoji[] {
  const wanted = text.toLowerCase()
  const length = ({ shortcodes }: Emoji) =>
    Math.min(...shortcodes.map((code) => (code.startsWith(wanted) ? code.length : Number.POSITIVE_INFINITY)))
  const first = all.filter((emoji) => length(emoji) < Number.POSITIVE_INFINITY).sort((a, b) => length(a) - length(b))
  const rest = all.filter((emoji) => !first.includes(emoji) && emoji.words.includes(wanted))
  return [...first, ...rest].slice(0, limit)
}

export function byShortcode(code: string): Emoji | undefined {
  return all.find((emoji) => emoji.shortcodes.includes(code))
}
