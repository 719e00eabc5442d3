import type { OutgoingMessage } from '~/sync/outbox'
import { useWords } from '~/words'
import type { MessageCommands } from './useMessageCommands'

/** What happened to a refused message, and the two ways on. */
export function Unsent({ outgoing, commands }: { outgoing: OutgoingMessage; commands: MessageCommands }) {
  const words = useWords()
  const button = 'press min-h-6 px-1 font-semibold underline-offset-2 hover:underline pointer-coarse:min-h-11'
  return (
    <p className="flex flex-wrap items-center gap-x-3 text-sm text-danger">
      {words.timeline.notSent(outgoing.failure ?? '')}
      <span className="-ms-1 flex gap-x-3">
        <button type="button" className={`${button} text-accent`} onClick={() => commands.retry(outgoing)}>
          {words.timeline.retry}
        </button>
        <button type="button" className={button} onClick={() => commands.discard(outgoing)}>
          {words.timeline.discard}
        </button>
      </span>
    </p>
  )
}
