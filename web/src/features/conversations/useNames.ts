import { useEffect } from 'react'
import type { Conversation } from '~/api/types'
import { useDirectory, useSnapshot } from '~/app/context'
import { useWords } from '~/words'
import { nameOf } from './naming'

/** What somebody is called who is, or was, in a conversation. */
export type Namer = (conversation: Conversation | undefined, userId: string) => string

export function useNames(): Namer {
  const words = useWords()
  const directory = useDirectory()
  const known = useSnapshot(directory)
  const unknown = new Set<string>()
  useEffect(() => {
    for (const userId of unknown) directory.need(userId)
  })
  return (conversation, userId) => {
    const member = conversation?.participants.find((participant) => participant.userId === userId)
    if (member) return nameOf(member)
    const name = known.get(userId)
    if (name === undefined) unknown.add(userId)
    return name ?? (name === null ? words.group.formerMember : '…')
  }
}
