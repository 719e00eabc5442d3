import { useEffect, useRef, useState } from 'react'
import type { Message } from '~/api/types'
import { useNames } from '~/features/conversations/useNames'
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
  const names = useNames()
  const nameIn = useRef(names)
  nameIn.current = names
  const [said, setSaid] = useState({ sentence: '', count: 0 })

  useEffect(() => {
    let waiting: Message[] = []
    let timer: ReturnType<typeof setTimeout> | undefined
    const say = () => {
      const [first, ...more] = waiting
      timer = undefined
      if (!first) return
      waiting = []
      const name = nameIn.current(client.conversations.get(first.conversationId), first.senderId)
      const sentence =
        more.length > 0 ? words.timeline.several(more.length + 1) : words.timeline.from(name, first.content ?? '')
      setSaid(({ count }) => ({ sentence, count: count + 1 }))
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
      {/* A new element each time: the same sentence twice is two messages. */}
      <p key={said.count}>{said.sentence}</p>
    </div>
  )
}
