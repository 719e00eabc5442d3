import { type ReactNode, useId } from 'react'
import { useWords } from '~/words'
import { IconButton } from './Button'
import { useModalDialog } from './useModalDialog'

interface Props {
  title: string
  /** Read out, but not drawn: the first field says it. */
  titleHidden?: boolean
  onClose: () => void
  children: ReactNode
  /** Where it sits on a wide window; on a narrow one it is a sheet from below. */
  place?: 'centre' | 'top'
}

/** A modal dialog with a title. */
export function Modal({ title, titleHidden = false, onClose, children, place = 'centre' }: Props) {
  const words = useWords()
  const dialog = useModalDialog(onClose)
  const titleId = useId()

  return (
    <dialog
      {...dialog}
      aria-labelledby={titleId}
      className={`m-auto w-full max-w-md rounded-md bg-surface p-0 text-ink shadow-float open:animate-[rise_180ms_ease-out] max-md:mb-0 max-md:max-w-none max-md:rounded-b-none forced-colors:border ${place === 'top' ? 'md:mt-[12vh]' : ''}`}
    >
      <div className="flex max-h-[85dvh] flex-col safe-bottom">
        <header className={titleHidden ? 'sr-only' : 'flex items-center justify-between gap-2 ps-4 pe-2 pt-2'}>
          <h2 id={titleId} className="text-lg font-semibold">
            {title}
          </h2>
          {!titleHidden && <IconButton icon="close" label={words.app.close} onClick={onClose} />}
        </header>
        <div className="flex min-h-0 flex-col overflow-y-auto thin-scroll">{children}</div>
      </div>
    </dialog>
  )
}
