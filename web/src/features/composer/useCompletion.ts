import { useEffect, useState } from 'react'
import type { Conversation, Participant } from '~/api/types'
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
  const [dismissed, setDismissed] = useState(false)
  const { participants } = conversation
  const start = query?.start

  // Escape holds for what is being typed, not for the next word that happens to start at the same place.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another query is another question.
  useEffect(() => setDismissed(false), [query?.kind, start])

  // biome-ignore lint/correctness/useExhaustiveDependencies: `identity` stands for the query.
  useEffect(() => {
    let current = true
    setSelected(0)
    if (!query) return setFound(null)
    void suggest(query, participants, client.me).then((suggestions) => {
      if (current) setFound({ identity, suggestions })
    })
    return () => {
      current = false
    }
  }, [identity, namesOf(participants), client])

  const open = query && found?.identity === identity && found.suggestions.length > 0 && !dismissed
  const completion: Completion | null = open ? { query, suggestions: found.suggestions, selected } : null
  return {
    completion,
    move(step: number) {
      if (!completion) return
      const { length } = completion.suggestions
      setSelected((at) => (at + step + length) % length)
    },
    dismiss: () => setDismissed(true),
  }
}

/** Equal as long as the same people have the same names: receipts, which change far more often, do not count. */
function namesOf(participants: readonly Participant[]): string {
  return participants.map(({ userId, username, displayName }) => `${userId} ${username} ${displayName}`).join('\n')
}

async function suggest(query: Query, participants: readonly Participant[], me: string): Promise<Suggestion[]> {
  if (query.kind === 'mention') return matchMembers(participants, query.text, me)
  const { search } = await import('~/features/emoji/data')
  return search(query.text, 8).map(({ character, shortcodes }) => ({
    key: character,
    insert: character,
    label: character,
    hint: `:${shortcodes.find((code) => code.startsWith(query.text.toLowerCase())) ?? shortcodes[0] ?? ''}:`,
  }))
}
