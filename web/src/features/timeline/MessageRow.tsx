import { memo, type ReactNode, useState } from 'react'
import type { Conversation, Message } from '~/api/types'
import { useClient, useSelect } from '~/app/context'
import { nameOf } from '~/features/conversations/naming'
import { useNames } from '~/features/conversations/useNames'
import { Markdown } from '~/features/markdown/Markdown'
import { clock, exact, hourAndMinute } from '~/platform/when'
import { Avatar } from '~/ui/Avatar'
import { useWords } from '~/words'
import { EditedMark } from './EditedMark'
import { MessageActions } from './MessageActions'
import { Reactions } from './Reactions'
import { Receipt } from './Receipt'
import { ReplyQuote } from './ReplyQuote'
import { deliveryStatus, type Row } from './rows'
import { Unsent } from './Unsent'
import type { MessageCommands } from './useMessageCommands'

interface Props {
  row: Row
  conversation: Conversation
  mentionable: ReadonlySet<string>
  commands: MessageCommands
  flashing: boolean
  /** The one row that Tab reaches; arrows move it. */
  active: boolean
  /** Position in the whole conversation, for those who cannot see the scroll bar. */
  position: number
}

export const MessageRow = memo(function MessageRow(props: Props) {
  const { row, conversation, commands, flashing, active, position } = props
  const client = useClient()
  const nameIn = useNames()
  // The bar is built for the rows that somebody comes near, not for each row of a chat that is opened.
  const [approached, setApproached] = useState(false)
  const { message, startsGroup } = row
  const mine = message.senderId === client.me
  const tinted = mine && conversation.conversationType === 'dm' && !message.deletedAt
  const time = new Date(message.createdAt)

  if (message.messageType === 'system') {
    return <p className="px-4 py-1 text-center text-sm text-ink-3">{message.content}</p>
  }
  return (
    <article
      data-message={message.id}
      aria-labelledby={`sender-${message.id}`}
      aria-describedby={`body-${message.id}`}
      aria-posinset={position}
      aria-setsize={-1}
      tabIndex={active ? 0 : -1}
      onPointerEnter={() => setApproached(true)}
      onFocus={() => setApproached(true)}
      style={{ paddingBlockStart: startsGroup ? 'var(--row)' : 'var(--row-grouped)' }}
      className={`group/row relative px-2 -outline-offset-2 md:px-4 pointer-coarse:select-none pointer-coarse:[-webkit-touch-callout:none] ${flashing ? 'animate-[flash_2s_ease-out]' : ''}`}
    >
      <div
        className={`grid grid-cols-[36px_minmax(0,1fr)] gap-x-3 rounded-sm px-2 py-0.5 ${tinted ? 'bg-own' : 'group-hover/row:bg-raised/60 group-focus-within/row:bg-raised/60 group-active/row:pointer-coarse:bg-raised'}`}
      >
        {startsGroup ? (
          <div className="row-span-2 pt-1">
            <Avatar id={message.senderId} name={nameIn(conversation, message.senderId)} size={36} />
          </div>
        ) : (
          <time
            dateTime={message.createdAt}
            title={exact(time)}
            className="justify-self-end overflow-visible pt-1 text-[0.6875rem] leading-4 whitespace-nowrap text-ink-3 tabular opacity-0 group-hover/row:opacity-100 group-focus-within/row:opacity-100"
          >
            {hourAndMinute(time)}
          </time>
        )}
        <div className="min-w-0">
          <Heading row={row} conversation={conversation} mine={mine} />
          {message.replyTo && <ReplyQuote messageId={message.replyTo} conversation={conversation} />}
          <div className="flex items-end gap-2">
            <div id={`body-${message.id}`} dir="auto" className="min-w-0 grow">
              <Body {...props} mine={mine} />
            </div>
            {message.editedAt && !message.deletedAt && <EditedMark message={message} />}
            {mine && !message.deletedAt && (
              <Receipt status={deliveryStatus(row, conversation, client.me)} time={message.createdAt} />
            )}
          </div>
          {message.reactions.length > 0 && (
            <Reactions message={message} conversation={conversation} onReact={commands.react} />
          )}
          {row.outgoing?.failure !== undefined && <Unsent outgoing={row.outgoing} commands={commands} />}
        </div>
      </div>
      {approached && !message.deletedAt && (
        <MessageActions row={row} conversation={conversation} mine={mine} commands={commands} />
      )}
    </article>
  )
})

function Heading({ row, conversation, mine }: { row: Row; conversation: Conversation; mine: boolean }) {
  const words = useWords()
  const client = useClient()
  const nameIn = useNames()
  const own = useSelect(client.profile, (profile) => profile)
  const { message, startsGroup } = row
  const name = mine ? nameOf(own) : nameIn(conversation, message.senderId)
  const time = new Date(message.createdAt)
  const id = `sender-${message.id}`
  if (!startsGroup) {
    return (
      <span id={id} className="sr-only">
        {mine ? words.list.you : name}, {clock(time)}
      </span>
    )
  }
  return (
    <div className="flex items-baseline gap-2">
      <span id={id} dir="auto" className="truncate font-semibold">
        {name}
      </span>
      <time dateTime={message.createdAt} title={exact(time)} className="shrink-0 text-xs text-ink-3 tabular">
        {clock(time)}
      </time>
    </div>
  )
}

function Body({ row, conversation, mentionable, mine }: Props & { mine: boolean }): ReactNode {
  const words = useWords()
  const nameIn = useNames()
  const { message } = row
  if (message.deletedAt) {
    const note = mine ? words.timeline.deletedByYou : words.timeline.deleted(nameIn(conversation, message.senderId))
    return <p className="text-ink-3 italic">{note}</p>
  }
  if (message.content) return <Markdown text={message.content} mentionable={mentionable} />
  return <p className="text-ink-3 italic">{unreadable(message, words)}</p>
}

function unreadable(message: Message, words: ReturnType<typeof useWords>): string {
  return message.encryptedText ? words.timeline.encrypted : words.timeline.unsupported
}
