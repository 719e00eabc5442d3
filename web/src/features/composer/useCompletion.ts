import { useEffect, useState } from 'react'
import type { Conversation } from '~/api/types'
import { useClient } from '~/app/context'
import { matchMembers, type Query, queryAt, type Suggestion } from './completion'

export interface Completion {
  query: Query
  suggestions: Suggestion[]
  selected: number
}

/** The suggestions for the text before the caret; null when there is nothing to suggest, or Escape was pressed. */
export function useCompletion(conversation: Conversation, text: string, caret: number) {
  const client = useClient()
  const query = queryAt(text, caret)
  const identity = query ? `${query.kind} ${query.start} ${query.text}` : ''
  const [found, setFound] = useState<{ identity: string; suggestions: Suggestion[] } | null>(null)
  const [selected, setSelected] = useState(0)
  const [dismissed, setDismissed] = useState<number | null>(null)

  // biome-ignore lint/correctness/useExhaustiveDependencies: `identity` stands for the query.
  useEffect(() => {
    let current = true
    setSelected(0)
    if (!query) return setFound(null)
    void suggest(query, conversation, client.me).then((suggestions) => {
      if (current) setFound({ identity, suggestions })
    })
    return () => {
      current = false
    }
  }, [identity, conversation, client])

  const open = query && found?.identity === identity && found.suggestions.length > 0 && dismissed !== query.start
  const completion: Completion | null = open ? { query, suggestions: found.suggestions, selected } : null
  return {
    completion,
    move: (step: number) =>
      setSelected((at) => (at + step + (found?.suggestions.length ?? 1)) % (found?.suggestions.length ?? 1)),
    dismiss: () => setDismissed(query?.start ?? null),
  }
}

async function suggest(query: Query, conversation: Conversation, me: string): Promise<Suggestion[]> {
  if (query.kind === 'mention') return matchMembers(conversation.participants, query.text, me)
  const { search } = await import('~/features/emoji/data')
  return search(query.text, 8).map(({ character, shortcodes }) => ({
    key: character,
    insert: character,
    label: character,
    hint: `:${shortcodes.find((code) => code.startsWith(query.text.toLowerCase())) ?? shortcodes[0] ?? ''}:`,
  }))
}
