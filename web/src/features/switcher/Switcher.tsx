import { useState } from 'react'
import { conversations as api } from '~/api/endpoints'
import type { User } from '~/api/types'
import { useClient, useSnapshot } from '~/app/context'
import { openChat } from '~/app/location'
import { counterpart, nameOf, titleOf } from '~/features/conversations/naming'
import { usePeopleSearch } from '~/features/people/usePeopleSearch'
import { explain } from '~/features/timeline/useMessageCommands'
import { Avatar } from '~/ui/Avatar'
import { Modal } from '~/ui/Modal'
import { notify } from '~/ui/Notices'
import { useListbox } from '~/ui/useListbox'
import { useWords } from '~/words'
import { rank } from './rank'

interface Entry {
  key: string
  avatarId: string
  title: string
  hint: string
  open: () => void
}

const SHOWN = 8

/**
 * Ctrl+K. Enter opens the chosen chat in the same instant, so what is typed next lands there: chats come from memory,
 * and people of the server, who arrive late, are only ever added below them.
 */
export function Switcher({ onClose }: { onClose: () => void }) {
  const words = useWords()
  const [text, setText] = useState('')
  const people = usePeople(text, onClose)
  const entries = [...useChats(text, onClose), ...people.entries]
  const listbox = useListbox(
    words.switcher.label,
    entries.map(({ key }) => key),
    (index) => entries[index]?.open(),
  )

  return (
    <Modal title={words.switcher.label} titleHidden onClose={onClose} place="top">
      <input
        {...listbox.box}
        aria-busy={people.opening !== null}
        placeholder={words.switcher.label}
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          listbox.reset()
        }}
        onKeyDown={listbox.onKeyDown}
        className="min-h-14 w-full shrink-0 border-b border-line bg-transparent px-5 text-lg outline-none"
      />
      <div {...listbox.list} className="max-h-96 min-h-14 shrink-0 overflow-y-auto p-2 thin-scroll">
        {entries.map((entry, index) => {
          const option = listbox.option(index)
          return (
            <div
              key={entry.key}
              {...option}
              className={`flex min-h-12 items-center gap-3 rounded-sm px-3 ${option['aria-selected'] ? 'bg-accent-soft marked' : 'hover:bg-raised'}`}
            >
              <Avatar id={entry.avatarId} name={entry.title} size={36} />
              <span dir="auto" className="truncate font-semibold">
                {entry.title}
              </span>
              <span className="ms-auto max-w-1/2 shrink-0 truncate text-sm text-ink-2">
                {people.opening === entry.key ? words.switcher.opening : entry.hint}
              </span>
            </div>
          )
        })}
        {entries.length === 0 && (
          <p role="status" className="p-4 text-center text-ink-3">
            {words.switcher.none}
          </p>
        )}
      </div>
    </Modal>
  )
}

function useChats(text: string, onClose: () => void): Entry[] {
  const words = useWords()
  const client = useClient()
  // A message that arrives now must not push another chat under the Enter that is about to be pressed.
  const [order] = useState(() => client.conversations.getSnapshot().order)
  return order
    .map((conversation) => {
      const title = titleOf(conversation, client.me)
      const other = counterpart(conversation, client.me)
      return { conversation, other, title, score: Math.max(rank(title, text), other ? rank(other.username, text) : 0) }
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, SHOWN)
    .map(({ conversation, other, title }) => ({
      key: conversation.id,
      avatarId: other?.userId ?? conversation.id,
      title,
      hint: other ? `@${other.username}` : words.group.members(conversation.participants.length),
      open: () => {
        onClose()
        openChat(conversation.id)
      },
    }))
}

/** People one has no chat with yet; the server makes it, so opening one takes a moment. */
function usePeople(text: string, onClose: () => void): { entries: Entry[]; opening: string | null } {
  const words = useWords()
  const client = useClient()
  const search = usePeopleSearch(text)
  const { order } = useSnapshot(client.conversations)
  const known = new Set(order.map((conversation) => counterpart(conversation, client.me)?.userId))
  const [opening, setOpening] = useState<string | null>(null)
  if (!('found' in search)) return { entries: [], opening }

  async function open(user: User) {
    if (opening) return
    setOpening(user.id)
    try {
      const conversation = await api.create({ conversationType: 'dm', participantIds: [user.id] })
      client.adopt(conversation)
      onClose()
      openChat(conversation.id)
    } catch (error) {
      notify(explain(error, words), 'danger')
      setOpening(null)
    }
  }

  const entries = search.found
    .filter((user) => user.id !== client.me && !known.has(user.id))
    .map((user) => ({
      key: user.id,
      avatarId: user.id,
      title: nameOf(user),
      hint: `@${user.username}`,
      open: () => void open(user),
    }))
  return { entries, opening }
}
