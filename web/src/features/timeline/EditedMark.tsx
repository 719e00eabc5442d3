import { useState } from 'react'
import type { Message } from '~/api/types'
import { useWords } from '~/words'
import { EditHistory } from './EditHistory'

/** "edited": opens what it said before. */
export function EditedMark({ message }: { message: Message }) {
  const words = useWords()
  const [open, setOpen] = useState(false)
  return (
    <>
      <button
        type="button"
        tabIndex={-1}
        aria-label={words.timeline.editedHistory}
        onClick={() => setOpen(true)}
        className="min-h-6 shrink-0 text-xs text-ink-3 underline-offset-2 hover:underline pointer-coarse:-my-3 pointer-coarse:min-h-11"
      >
        {words.timeline.edited}
      </button>
      {open && <EditHistory message={message} onClose={() => setOpen(false)} />}
    </>
  )
}
