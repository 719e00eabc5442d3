import { lazy, Suspense, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Conversation, Message } from '~/api/types'
import { useClient, useSelect } from '~/app/context'
import { toggleDetails, useInterface } from '~/app/interface'
import { Link } from '~/app/Link'
import { address } from '~/app/location'
import { part } from '~/app/parts'
import { Composer } from '~/features/composer/Composer'
import { titleOf } from '~/features/conversations/naming'
import { TimelineView } from '~/features/timeline/TimelineView'
import { explain, useMessageCommands } from '~/features/timeline/useMessageCommands'
import { Confirm } from '~/ui/Confirm'
import { EmptyState } from '~/ui/EmptyState'
import { COLUMN } from '~/ui/SidePanel'
import { useWords } from '~/words'
import { ChatHeader } from './ChatHeader'

const Details = lazy(() => part(() => import('~/features/group/Details')))

interface Props {
  conversationId: string
  messageId: string | null
}

/** One conversation on the screen: header, timeline, composer, and beside or over them the details. */
export function ChatPane({ conversationId, messageId }: Props) {
  const words = useWords()
  const client = useClient()
  const conversation = useSelect(client.conversations, ({ byId }) => byId.get(conversationId))
  const ready = useSelect(client.conversations, ({ status }) => status === 'ready')

  // A link to a chat that the list does not have (yet).
  useEffect(() => {
    if (ready && !conversation) void client.refetch(conversationId)
  }, [ready, conversation, client, conversationId])

  if (conversation) return <Chat conversation={conversation} messageId={messageId} />
  return (
    <div className="flex min-w-0 grow bg-surface" aria-busy={!ready}>
      {ready && (
        <EmptyState page icon="chat" title={words.group.gone} hint={words.group.goneHint}>
          <Link to="/app" className="font-semibold text-accent underline underline-offset-2">
            {words.app.toChats}
          </Link>
        </EmptyState>
      )}
    </div>
  )
}

function Chat({ conversation, messageId }: { conversation: Conversation; messageId: string | null }) {
  const words = useWords()
  const client = useClient()
  const detailsOpen = useInterface((state) => state.detailsOpen)
  const [editing, setEditing] = useState<Message | null>(null)
  const [deleting, setDeleting] = useState<Message | null>(null)
  const [hiding, setHiding] = useState<Message | null>(null)
  const pane = useRef<HTMLElement>(null)
  const { id } = conversation

  // As a column the details go along to the next chat; over it they would hide it.
  useLayoutEffect(() => {
    if (!window.matchMedia(COLUMN).matches) toggleDetails(false)
  }, [])

  const commands = useMessageCommands(
    useMemo(
      () => ({
        reply(message: Message) {
          setEditing(null)
          client.drafts.set(id, { text: client.drafts.get(id)?.text ?? '', replyTo: message.id })
        },
        edit: setEditing,
        remove: setDeleting,
        removeForMe: setHiding,
        markUnread(message: Message) {
          client.markUnread(message)
          address.go('/app')
        },
      }),
      [client, id],
    ),
  )

  function reply(message: Message | null) {
    const { text = '' } = client.drafts.get(id) ?? {}
    client.drafts.set(id, message ? { text, replyTo: message.id } : { text })
  }

  return (
    <>
      <section
        ref={pane}
        aria-label={titleOf(conversation, client.me)}
        className="flex min-w-0 grow flex-col bg-surface"
      >
        <ChatHeader conversation={conversation} />
        <TimelineView
          conversation={conversation}
          messageId={messageId}
          commands={commands}
          onLeave={() => pane.current?.querySelector('textarea')?.focus()}
        />
        <Composer conversation={conversation} editing={editing} onEdit={setEditing} onReply={reply} />
      </section>
      {detailsOpen && (
        <Suspense>
          <Details conversation={conversation} onClose={() => toggleDetails(false)} />
        </Suspense>
      )}
      {deleting && (
        <Confirm
          title={words.timeline.deleteTitle}
          hint={words.timeline.deleteHint}
          action={words.timeline.remove}
          explain={(error) => explain(error, words)}
          onConfirm={() => client.deleteForEveryone(deleting)}
          onClose={() => setDeleting(null)}
        />
      )}
      {hiding && (
        <Confirm
          title={words.timeline.removeForMeTitle}
          hint={words.timeline.removeForMeHint}
          action={words.timeline.removeForMe}
          explain={(error) => explain(error, words)}
          onConfirm={() => client.deleteForMe(hiding)}
          onClose={() => setHiding(null)}
        />
      )}
    </>
  )
}
