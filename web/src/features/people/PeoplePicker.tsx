import { type KeyboardEvent, useState } from 'react'
import type { User } from '~/api/types'
import { nameOf } from '~/features/conversations/naming'
import { Avatar } from '~/ui/Avatar'
import { INPUT } from '~/ui/Field'
import { Icon } from '~/ui/Icon'
import { useListbox } from '~/ui/useListbox'
import { useWords } from '~/words'
import { usePeopleSearch } from './usePeopleSearch'

interface Props {
  /** Several people are gathered here… */
  chosen?: User[]
  onChange?: (chosen: User[]) => void
  /** …or the first press on one is the answer. */
  onPick?: (user: User) => void
  exclude: ReadonlySet<string>
}

/** A search box with a list: arrows choose, Enter takes, and Backspace in the empty box takes the last one off. */
export function PeoplePicker({ chosen = [], onChange, onPick, exclude }: Props) {
  const words = useWords()
  const [text, setText] = useState('')
  const search = usePeopleSearch(text)
  const taken = new Set(chosen.map((user) => user.id))
  const found = 'found' in search ? search.found.filter((user) => !exclude.has(user.id) && !taken.has(user.id)) : []
  const listbox = useListbox(
    words.people.search,
    found.map((user) => user.id),
    (index) => take(found[index]),
  )

  function take(user: User | undefined) {
    if (!user) return
    if (onPick) return onPick(user)
    onChange?.([...chosen, user])
    setText('')
    listbox.reset()
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== 'Backspace' || text !== '' || chosen.length === 0) return listbox.onKeyDown(event)
    onChange?.(chosen.slice(0, -1))
    event.preventDefault()
  }

  return (
    <div className="flex shrink-0 flex-col gap-2 p-4 pt-2">
      <input
        type="search"
        {...listbox.box}
        placeholder={words.people.search}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          listbox.reset()
        }}
        onKeyDown={onKeyDown}
        className={INPUT}
      />
      {chosen.length > 0 && (
        <ul className="flex flex-wrap gap-1">
          {chosen.map((user) => (
            <li key={user.id}>
              <button
                type="button"
                aria-label={words.people.remove(nameOf(user))}
                onClick={() => onChange?.(chosen.filter(({ id: other }) => other !== user.id))}
                className="press inline-flex min-h-8 items-center gap-1 rounded-full bg-accent-soft ps-3 pe-2 text-sm font-semibold pointer-coarse:min-h-11"
              >
                {nameOf(user)}
                <Icon name="close" size={14} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <p role="status" className={found.length > 0 ? 'sr-only' : 'py-4 text-center text-sm text-ink-3'}>
        {search.status === 'idle' && chosen.length === 0 && words.people.hint}
        {search.status === 'failed' && words.people.failed}
        {search.status === 'found' && (found.length > 0 ? words.people.results(found.length) : words.people.none(text))}
      </p>
      <div {...listbox.list} className="max-h-80 min-h-28 shrink-0 overflow-y-auto thin-scroll empty:hidden">
        {found.map((user, index) => {
          const option = listbox.option(index)
          return (
            <div
              key={user.id}
              {...option}
              className={`flex min-h-13 items-center gap-3 rounded-sm px-2 ${option['aria-selected'] ? 'bg-accent-soft marked' : 'hover:bg-raised'}`}
            >
              <Avatar id={user.id} name={nameOf(user)} size={40} status={user.isOnline ? user.status : undefined} />
              <span className="grid min-w-0">
                <span dir="auto" className="truncate font-semibold">
                  {nameOf(user)}
                </span>
                <span className="truncate text-sm text-ink-2">@{user.username}</span>
              </span>
            </div>
          )
        })}
      </div>
    </div>
  )
}
