import { useState } from 'react'
import { useWords } from '~/words'
import { Button } from './Button'
import { Modal } from './Modal'

interface Props {
  title: string
  hint: string
  action: string
  onConfirm: () => Promise<void>
  onClose: () => void
  /** Turns a failure into a sentence. */
  explain: (error: unknown) => string
}

/** Asks before something that cannot be taken back. */
export function Confirm({ title, hint, action, onConfirm, onClose, explain }: Props) {
  const words = useWords()
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string>()

  async function confirm() {
    setBusy(true)
    try {
      await onConfirm()
      onClose()
    } catch (error) {
      setFailure(explain(error))
      setBusy(false)
    }
  }

  return (
    <Modal title={title} onClose={onClose}>
      <div className="grid gap-4 p-4 pt-1">
        <p className="text-ink-2">{hint}</p>
        {failure && (
          <p role="alert" className="text-sm text-danger">
            {failure}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button data-autofocus onClick={onClose}>
            {words.app.cancel}
          </Button>
          <Button look="danger" busy={busy} onClick={() => void confirm()}>
            {action}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
