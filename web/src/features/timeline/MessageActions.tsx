import { lazy, Suspense, useState } from 'react'
import type { Conversation, Message } from '~/api/types'
import { openChat } from '~/app/location'
import { part } from '~/app/parts'
import type { OutgoingMessage } from '~/sync/outbox'
import { IconButton } from '~/ui/Button'
import { Menu, type MenuItem } from '~/ui/Menu'
import { useWords, type Words } from '~/words'
import { EditHistory } from './EditHistory'
import type { Row } from './rows'
import type { MessageCommands } from './useMessageCommands'
import { WhoReacted } from './WhoReacted'

const EmojiPicker = lazy(() => part(() => import('~/features/emoji/EmojiPicker')))

const QUICK = ['👍', '❤️', '😂']

interface Props {
  row: Row
  conversation: Conversation
  mine: boolean
  commands: MessageCommands
}

/**
 * The bar over a row. Its buttons are for the pointer; the keyboard has the keys of the row, and Enter for the menu.
 * On a touch screen the bar stays away and a long press opens the menu.
 */
export function MessageActions({ row, conversation, mine, commands }: Props) {
  const { message, outgoing } = row
  const words = useWords()
  const [menu, setMenu] = useState<HTMLElement | null>(null)
  const [picker, setPicker] = useState<HTMLElement | null>(null)
  const [shown, setShown] = useState<'history' | 'reactions' | null>(null)
  const open = menu !== null || picker !== null

  return (
    <>
      <div
        className={`absolute end-4 -top-3 z-10 flex rounded-sm border border-line bg-surface p-0.5 pointer-coarse:pointer-events-none pointer-coarse:opacity-0 ${open ? '' : 'invisible group-hover/row:visible pointer-coarse:visible'}`}
      >
        {!outgoing && (
          <>
            <QuickReactions className="pointer-coarse:hidden" onPick={(emoji) => commands.react(message, emoji)} />
            <IconButton
              icon="smile"
              label={words.timeline.react}
              size={18}
              tabIndex={-1}
              data-action="react"
              onClick={(event) => setPicker(event.currentTarget)}
            />
            <IconButton
              icon="reply"
              label={words.timeline.reply}
              size={18}
              tabIndex={-1}
              className="pointer-coarse:hidden"
              onClick={() => commands.reply(message)}
            />
          </>
        )}
        <IconButton
          icon="more"
          label={words.timeline.more}
          size={18}
          tabIndex={-1}
          data-action="menu"
          aria-haspopup="menu"
          onClick={(event) => setMenu(event.currentTarget)}
        />
      </div>
      <Menu
        label={words.timeline.actions}
        anchor={menu}
        items={
          outgoing
            ? outgoingItems(outgoing, message, commands, words)
            : menuItems(message, mine, commands, words, {
                picker: () => setPicker(menu),
                history: () => setShown('history'),
                reactions: () => setShown('reactions'),
              })
        }
        onClose={() => setMenu(null)}
      >
        {!outgoing && (
          <div className="flex justify-around border-b border-line pb-1 md:pointer-fine:hidden">
            <QuickReactions
              className="text-xl"
              onPick={(emoji) => {
                setMenu(null)
                commands.react(message, emoji)
              }}
            />
          </div>
        )}
      </Menu>
      {shown === 'history' && <EditHistory message={message} onClose={() => setShown(null)} />}
      {shown === 'reactions' && (
        <WhoReacted
          message={message}
          conversation={conversation}
          onReact={commands.react}
          onClose={() => setShown(null)}
        />
      )}
      {picker && (
        <Suspense>
          <EmojiPicker
            anchor={picker}
            onClose={() => setPicker(null)}
            onPick={(emoji) => {
              commands.react(message, emoji)
              setPicker(null)
            }}
          />
        </Suspense>
      )}
    </>
  )
}

function QuickReactions({ className, onPick }: { className: string; onPick: (emoji: string) => void }) {
  const words = useWords()
  return QUICK.map((emoji) => (
    <button
      key={emoji}
      type="button"
      tabIndex={-1}
      aria-label={words.timeline.reactWith(emoji)}
      onClick={() => onPick(emoji)}
      className={`press target rounded-sm hover:bg-raised ${className}`}
    >
      {emoji}
    </button>
  ))
}

function menuItems(
  message: Message,
  mine: boolean,
  commands: MessageCommands,
  { timeline }: Words,
  open: Record<'picker' | 'history' | 'reactions', () => void>,
): MenuItem[] {
  const { replyTo, conversationId } = message
  const items: (MenuItem | false)[] = [
    { label: timeline.reply, icon: 'reply', keys: 'R', onSelect: () => commands.reply(message) },
    { label: timeline.react, icon: 'smile', keys: '+', onSelect: open.picker },
    mine && { label: timeline.edit, icon: 'edit', keys: 'E', onSelect: () => commands.edit(message) },
    { label: timeline.copyText, icon: 'copy', onSelect: () => commands.copyText(message) },
    { label: timeline.copyLink, icon: 'link', onSelect: () => commands.copyLink(message) },
    !!replyTo && { label: timeline.goToQuoted, icon: 'down', onSelect: () => openChat(conversationId, replyTo) },
    !!message.editedAt && { label: timeline.history, icon: 'clock', onSelect: open.history },
    message.reactions.length > 0 && { label: timeline.whoReacted, icon: 'group', onSelect: open.reactions },
    !mine && { label: timeline.markUnread, icon: 'unread', onSelect: () => commands.markUnread(message) },
    { label: timeline.removeForMe, icon: 'trash', onSelect: () => commands.removeForMe(message) },
    mine && {
      label: timeline.remove,
      icon: 'trash',
      keys: 'Del',
      danger: true,
      onSelect: () => commands.remove(message),
    },
  ]
  return items.filter((item) => item !== false)
}

/** For a message that waits or was refused: it may still be had back, or given up. */
function outgoingItems(
  outgoing: OutgoingMessage,
  message: Message,
  commands: MessageCommands,
  { timeline }: Words,
): MenuItem[] {
  return [
    { label: timeline.takeBack, icon: 'edit', keys: 'E', onSelect: () => commands.takeBack(outgoing) },
    { label: timeline.copyText, icon: 'copy', onSelect: () => commands.copyText(message) },
    { label: timeline.discard, icon: 'trash', keys: 'Del', danger: true, onSelect: () => commands.discard(outgoing) },
  ]
}
