import { useEffect, useState } from 'react'
import type { Message } from '~/api/types'
import { memberName } from '~/features/conversations/naming'
import { useWords } from '~/words'
import { useClient } from './context'

const PAUSE_MS = 1000

/**
 * Reads new messages of the open chat to those who cannot see them: politely, at most one sentence a second, and what
 * comes faster as a number. What a sync or older pages bring is not said.
 */
export function Announcer({ conversationId }: { conversationId: string | null }) {
  const words = useWords()
  const client = useClient()
  const [sentence, setSentence] = useState('')

  useEffect(() => {
    let waiting: Message[] = []
    let timer: ReturnType<typeof setTimeout> | undefined
    const say = () => {
      const [first, ...more] = waiting
      timer = undefined
      if (!first) return
      waiting = []
      const name = memberName(client.conversations.get(first.conversationId), first.senderId)
      setSentence(
        more.length > 0 ? words.timeline.several(more.length + 1) : words.timeline.from(name, first.content ?? ''),
      )
      timer = setTimeout(say, PAUSE_MS)
    }
    const unsubscribe = client.onMessage((message) => {
      if (message.conversationId !== conversationId) return
      waiting.push(message)
      if (timer === undefined) say()
    })
    return () => {
      unsubscribe()
      clearTimeout(timer)
    }
  }, [client, conversationId, words])

  return (
    <div aria-live="polite" className="sr-only" data-announcer>
      {sentence}
    </div>
  )
}
