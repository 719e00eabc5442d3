import { type KeyboardEvent, useRef } from 'react'
import { useClient, useSelect, useSnapshot } from '~/app/context'
import { openDialog } from '~/app/interface'
import { Button, IconButton } from '~/ui/Button'
import { EmptyState } from '~/ui/EmptyState'
import { Icon } from '~/ui/Icon'
import { useWords } from '~/words'
import { ConversationRow } from './ConversationRow'

export function ConversationList({ selected }: { selected: string | null }) {
  const words = useWords()
  const client = useClient()
  const { status, order } = useSnapshot(client.conversations)
  const list = useRef<HTMLUListElement>(null)

  function moveFocus(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const links = [...(list.current?.querySelectorAll('a') ?? [])]
    links[links.indexOf(document.activeElement as HTMLAnchorElement) + step]?.focus()
  }

  return (
    <>
      <header className="grid gap-2 p-3 pb-2">
        <div className="flex items-center justify-between ps-1">
          <h1 className="text-xl font-semibold">{words.list.title}</h1>
          <IconButton icon="compose" label={words.list.newChat} onClick={() => openDialog('new-chat')} />
        </div>
        <button
          type="button"
          onClick={() => openDialog('switcher')}
          className="press flex min-h-9 items-center gap-2 rounded-sm bg-raised px-3 text-start text-ink-3 hover:text-ink pointer-coarse:min-h-11"
        >
          <Icon name="search" size={18} />
          <span className="grow truncate">{words.list.search}</span>
          <kbd className="font-sans text-xs pointer-coarse:hidden">Ctrl K</kbd>
        </button>
      </header>
      {status === 'loading' && <Skeleton />}
      {status === 'failed' && order.length === 0 && (
        <p role="status" className="m-auto p-6 text-center text-ink-2">
          {words.list.failed}
        </p>
      )}
      {status === 'ready' && order.length === 0 && (
        <EmptyState icon="chat" title={words.list.emptyTitle} hint={words.list.emptyHint}>
          <Button look="primary" icon="search" onClick={() => openDialog('new-chat')}>
            {words.list.find}
          </Button>
        </EmptyState>
      )}
      {order.length > 0 && (
        <nav aria-label={words.list.title} className="min-h-0 grow overflow-y-auto thin-scroll">
          <ul ref={list} onKeyDown={moveFocus} className="px-2 pb-2">
            {order.map((conversation) => (
              <ConversationRow
                key={conversation.id}
                conversation={conversation}
                selected={conversation.id === selected}
              />
            ))}
          </ul>
        </nav>
      )}
      <OfflineNote />
    </>
  )
}

/** Calm and in one place: what is wrong, and that nothing needs doing. */
function OfflineNote() {
  const words = useWords()
  const status = useSelect(useClient().connection, (connection) => connection.status)
  return (
    <div role="status" className="mt-auto">
      {status === 'offline' && (
        <p className="flex items-center gap-2 border-t border-line px-4 py-2 text-sm text-ink-2">
          <Icon name="clock" size={16} />
          {words.connection.offline}
        </p>
      )}
    </div>
  )
}

function Skeleton() {
  const words = useWords()
  return (
    <div role="status" aria-label={words.app.loading} className="grid gap-1 px-2">
      {[64, 48, 72, 56].map((width) => (
        <div key={width} className="flex items-center gap-3 p-2">
          <span className="size-10 rounded-full bg-raised" />
          <span className="grid grow gap-2">
            <span className="h-3 rounded-full bg-raised" style={{ inlineSize: `${width - 20}%` }} />
            <span className="h-3 rounded-full bg-raised" style={{ inlineSize: `${width}%` }} />
          </span>
        </div>
      ))}
    </div>
  )
}
