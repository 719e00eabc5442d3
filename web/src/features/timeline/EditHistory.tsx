import { useEffect, useState } from 'react'
import { messages as api } from '~/api/endpoints'
import type { Message, MessageEdit } from '~/api/types'
import { exact } from '~/platform/when'
import { Modal } from '~/ui/Modal'
import { useWords } from '~/words'

/** What an edited message said before. */
export function EditHistory({ message, onClose }: { message: Message; onClose: () => void }) {
  const words = useWords()
  const [versions, setVersions] = useState<MessageEdit[] | null>()
  useEffect(() => {
    api.history(message.id).then(setVersions, () => setVersions(null))
  }, [message.id])

  return (
    <Modal title={words.timeline.history} onClose={onClose}>
      <div className="grid gap-3 overflow-y-auto p-4 pt-2" aria-busy={versions === undefined}>
        {versions === null && <p className="text-ink-2">{words.timeline.historyMissing}</p>}
        {versions && (
          <ol className="grid gap-3">
            <Version text={message.content ?? ''} when={words.timeline.historyNow} />
            {versions
              .toSorted((a, b) => b.replacedAt.localeCompare(a.replacedAt))
              .map(({ content, replacedAt }) => (
                <Version key={replacedAt} text={content} when={exact(new Date(replacedAt))} />
              ))}
          </ol>
        )}
      </div>
    </Modal>
  )
}

function Version({ text, when }: { text: string; when: string }) {
  return (
    <li className="border-s-2 border-line ps-3">
      <p className="text-xs text-ink-3">{when}</p>
      <p dir="auto" className="whitespace-pre-wrap">
        {text}
      </p>
    </li>
  )
}
